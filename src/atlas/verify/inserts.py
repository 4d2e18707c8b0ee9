"""Inserted rows: the new rows of a state difference, and how they and changed rows refer to one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from atlas.core.json import JsonObject, JsonValue
from atlas.core.state import StateDiff
from atlas.verify.values import canonical

_FILLED_BY_ENVIRONMENT = frozenset({"created_at", "created_date", "uploaded_at"})


@dataclass(frozen=True, slots=True)
class Row:
    """One inserted row: its columns by value, but `references` are those that hold another inserted row's id."""

    table: str
    plain: frozenset[tuple[str, Hashable]]
    references: dict[str, str]


@dataclass(frozen=True, slots=True)
class Inserts:
    """All inserted rows of a difference by id, in creation order.

    `used_by` says where a row's id stands: (column, id of another inserted row). `anchors` are the places in
    changed rows (table, row id, column) that hold it.
    """

    rows: dict[str, Row]
    used_by: dict[str, list[tuple[str, str]]]
    anchors: dict[str, list[tuple[str, str, str]]]


def written(key: str, row: JsonObject) -> dict[str, JsonValue]:
    """The columns of an inserted row that somebody chose: no nulls, not its id, not what the environment fills."""
    return {
        column: value
        for column, value in row.items()
        if value is not None and value != key and column not in _FILLED_BY_ENVIRONMENT
    }


def inserts(diff: StateDiff) -> Inserts:
    """The inserted rows of `diff`. Ids are unique over all tables, and refer where they are a whole value."""
    keys = sorted({key for rows in diff.inserted.values() for key in rows}, key=creation_order)
    found = Inserts({}, {key: [] for key in keys}, {key: [] for key in keys})
    place = {key: (table, row) for table, rows in diff.inserted.items() for key, row in rows.items()}
    for key in keys:
        found.rows[key] = _row(key, *place[key], found)
    for table, rows in sorted(diff.updated.items()):
        for row_id, changes in sorted(rows.items()):
            for column, change in sorted(changes.items()):
                if _refers(change.after, found):
                    found.anchors[change.after].append((table, row_id, column))
    return found


def creation_order(key: str) -> tuple[int, str]:
    """Sorts placeholders by number ("new:10" after "new:9"); other ids keep their text order."""
    return len(key), key


def alike(left: Row, right: Row) -> int:
    """How much two rows of one table have in common: plain columns that agree, less those that do not."""
    shared = len(left.plain & right.plain)
    columns = Counter(column for column, _ in left.plain ^ right.plain)
    return shared - len(columns)


def _row(key: str, table: str, row: JsonObject, found: Inserts) -> Row:
    columns = written(key, row)
    references = {column: value for column, value in columns.items() if _refers(value, found)}
    for column, value in references.items():
        found.used_by[value].append((column, key))
    plain = frozenset((column, canonical(value)) for column, value in columns.items() if column not in references)
    return Row(table, plain, references)


def _refers(value: JsonValue, found: Inserts) -> bool:
    return isinstance(value, str) and value in found.used_by
