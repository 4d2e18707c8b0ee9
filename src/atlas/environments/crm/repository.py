"""The repository: what rules and tools ask of the place where records are kept, and what a world asks of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from atlas.core.json import JsonValue
from atlas.core.protocols import Mark
from atlas.core.state import Snapshot
from atlas.environments.crm.entities import E, Entity

Criteria: TypeAlias = Mapping[str, JsonValue]
"""column -> wanted value, all of which must hold.

A string is looked for inside the JSON text of the column, whatever the case of its letters; numbers and lists
must be equal; None wants a missing value.
"""


class Repository(Protocol):
    """Records by kind. Values are already checked; ids are UUIDs as rows hold them.

    Every method raises `WorldError` when the store fails, and the writing ones `ToolError` when it refuses.
    """

    async def get(self, kind: type[E], key: str) -> E | None:
        """The record with this primary key, or None."""

    async def insert(self, entity: Entity) -> None:
        """Keep a new record."""

    async def update(self, entity: Entity) -> None:
        """Replace the record that has the same primary key."""

    async def delete(self, entity: Entity) -> None:
        """Drop a record; what refers to it is dropped or let go, as the schema's references say."""

    async def search(self, kind: type[E], criteria: Criteria) -> list[E]:
        """The matching records in the table's order."""

    async def all(self, kind: type[E]) -> list[E]:
        """All records of a kind in the table's order."""


class Store(Repository, Protocol):
    """A repository that one world owns from `begin` until it is closed, with places to return to.

    Marks nest. They are remembered at once and may reach the database later, with the next statement.
    """

    async def begin(self, entities: Sequence[Entity]) -> None:
        """Start from exactly these records. Raises `ValueError` when they contradict each other."""

    async def snapshot(self) -> Snapshot:
        """Every table as JSON rows by primary key."""

    def mark(self) -> Mark:
        """A place to return to."""

    def rollback_to(self, mark: Mark) -> None:
        """Undo everything since `mark`, which stays; later marks are gone. Raises `ValueError` for a gone mark."""

    def release(self, mark: Mark) -> None:
        """Forget `mark` and the later ones; what was done since stays done."""
