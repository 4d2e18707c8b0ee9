"""The repository in memory: dicts of entities, copied at each mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from atlas.core.json import JsonValue
from atlas.core.protocols import Mark
from atlas.core.state import Snapshot
from atlas.environments.crm.entities import E, Entity
from atlas.environments.crm.matching import fold
from atlas.environments.crm.repository import Criteria
from atlas.environments.crm.rows import to_row, to_tables
from atlas.environments.crm.schema import TABLES, Reference, Table, key_of, table_of


class MemoryStore:
    """A store that lives and dies with its world."""

    def __init__(self) -> None:
        self._tables: dict[type[Entity], dict[str, Entity]] = {table.kind: {} for table in TABLES}
        self._marks: dict[Mark, dict[type[Entity], dict[str, Entity]]] = {}
        self._marked = 0

    async def begin(self, entities: Sequence[Entity]) -> None:
        for entity in entities:
            await self.insert(entity)

    async def get(self, kind: type[E], key: str) -> E | None:
        return self._rows(kind).get(key)

    async def insert(self, entity: Entity) -> None:
        self._rows(type(entity))[key_of(entity)] = entity

    async def update(self, entity: Entity) -> None:
        await self.insert(entity)

    async def delete(self, entity: Entity) -> None:
        del self._rows(type(entity))[key_of(entity)]
        for table in TABLES:
            for reference in table.references:
                if reference.target is type(entity):
                    await self._let_go(table, reference, key_of(entity))

    async def search(self, kind: type[E], criteria: Criteria) -> list[E]:
        return [entity for entity in await self.all(kind) if _matches(entity, criteria)]

    async def all(self, kind: type[E]) -> list[E]:
        table = table_of(kind)
        return sorted(self._rows(kind).values(), key=lambda entity: _rank(table, entity))

    async def snapshot(self) -> Snapshot:
        return to_tables(entity for rows in self._tables.values() for entity in rows.values())

    def mark(self) -> Mark:
        self._marked += 1
        mark = Mark(self._marked)
        self._marks[mark] = {kind: dict(rows) for kind, rows in self._tables.items()}
        return mark

    def rollback_to(self, mark: Mark) -> None:
        if mark not in self._marks:
            raise ValueError(f"there is no mark {mark} to return to")
        self._tables = {kind: dict(rows) for kind, rows in self._marks[mark].items()}
        self._marks = {earlier: tables for earlier, tables in self._marks.items() if earlier <= mark}

    def release(self, mark: Mark) -> None:
        self._marks = {earlier: tables for earlier, tables in self._marks.items() if earlier < mark}

    def _rows(self, kind: type[E]) -> dict[str, E]:
        return cast(dict[str, E], self._tables[kind])

    async def _let_go(self, table: Table[Entity], reference: Reference, key: str) -> None:
        holders = [row for row in self._rows(table.kind).values() if getattr(row, reference.column) == key]
        for row in holders:
            if reference.on_delete == "cascade":
                await self.delete(row)
            else:
                changes: dict[str, Any] = {reference.column: None}
                await self.update(replace(row, **changes))


def _matches(entity: Entity, criteria: Criteria) -> bool:
    row = to_row(entity)
    return all(_holds(row[column], wanted) for column, wanted in criteria.items())


def _holds(value: JsonValue, wanted: JsonValue) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return fold(wanted) in fold(value)
    same: bool = value == wanted
    return same


def _rank(table: Table[E], entity: E) -> list[tuple[bool, object]]:
    values = (getattr(entity, column) for column in (*table.order, table.key))
    return [(value is None, value) for value in values]
