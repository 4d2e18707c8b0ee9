"""State: a snapshot of every table of a world, and the difference between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from atlas.core.json import JsonObject, JsonValue

Snapshot: TypeAlias = Mapping[str, Mapping[str, JsonObject]]
"""table -> row id -> column -> JSON value. Dates are ISO text, amounts are floats with two decimals."""


@dataclass(frozen=True, slots=True)
class Change:
    """One column that changed."""

    before: JsonValue
    after: JsonValue


@dataclass(frozen=True, slots=True)
class StateDiff:
    """What differs between two snapshots, table by table; tables without a difference are absent."""

    inserted: dict[str, dict[str, JsonObject]] = field(default_factory=dict)
    updated: dict[str, dict[str, dict[str, Change]]] = field(default_factory=dict)
    deleted: dict[str, dict[str, JsonObject]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.inserted or self.updated or self.deleted)


def diff(before: Snapshot, after: Snapshot) -> StateDiff:
    """Everything that must be done to `before` to get `after`. Both hold the same tables."""
    found = StateDiff()
    for table in sorted({*before, *after}):
        old, new = before.get(table, {}), after.get(table, {})
        inserted = {key: dict(row) for key, row in new.items() if key not in old}
        deleted = {key: dict(row) for key, row in old.items() if key not in new}
        # Most rows are as they were, and comparing whole rows is much cheaper than going through their columns.
        updated = {key: _changes(old[key], row) for key, row in new.items() if key in old and old[key] != row}
        if inserted:
            found.inserted[table] = inserted
        if updated:
            found.updated[table] = updated
        if deleted:
            found.deleted[table] = deleted
    return found


def _changes(old: JsonObject, new: JsonObject) -> dict[str, Change]:
    columns = sorted({*old, *new})
    return {c: Change(old.get(c), new.get(c)) for c in columns if old.get(c) != new.get(c)}
