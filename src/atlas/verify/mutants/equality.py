"""Equality of final states, up to the ids of created rows; made without the graders, to hold them against it."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TypeAlias

from atlas.core.json import JsonValue, dumps
from atlas.core.state import StateDiff

Fingerprint: TypeAlias = tuple[str, ...]

_ROUNDS = 3
"""How many references away a created row is still told from others: a deal, its quote, the quote's document."""


def fingerprint(changes: StateDiff) -> Fingerprint:
    """The same for two differences to one world exactly when they lead to one state, created ids apart."""
    created = {key: row for rows in changes.inserted.values() for key, row in rows.items()}
    names = dict.fromkeys(created, "created")
    for _ in range(_ROUNDS):
        names = {key: _digest(_renamed(row, names | {key: "itself"})) for key, row in created.items()}
    inserted = Counter(f"{table} {names[key]}" for table, rows in changes.inserted.items() for key in rows)
    deleted = {table: sorted(rows) for table, rows in changes.deleted.items()}
    return (*sorted(inserted.elements()), dumps([_settled(changes, names), deleted]))


def _settled(changes: StateDiff, names: dict[str, str]) -> JsonValue:
    """What changed columns hold in the end."""
    return [
        [table, row_id, column, _renamed(change.after, names)]
        for table, rows in sorted(changes.updated.items())
        for row_id, columns in sorted(rows.items())
        for column, change in sorted(columns.items())
    ]


def _renamed(value: JsonValue, names: dict[str, str]) -> JsonValue:
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    return names.get(value, value) if isinstance(value, str) else value


def _digest(row: JsonValue) -> str:
    return blake2b(dumps(row).encode(), digest_size=12).hexdigest()
