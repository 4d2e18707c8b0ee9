"""A comparison: the expected and the actual changes of state, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from atlas.core.json import JsonObject, JsonValue
from atlas.core.state import Change, StateDiff
from atlas.verify.bijection import pair
from atlas.verify.inserts import inserts, written
from atlas.verify.values import same


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the state is not as expected. `column` is None when the whole row is meant."""

    table: str
    row: str
    column: str | None
    problem: str

    def __str__(self) -> str:
        place = f"{self.table} {self.row}" if self.column is None else f"{self.table} {self.row} {self.column}"
        return f"{place}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was expected, how much of it is there, and what is not as expected.

    `expected` counts inserted rows, changed columns and deleted rows; `met` those that are exactly right. `unmet`
    names what is wrong with the others, `collateral` what changed although nothing there was to change.
    """

    expected: int
    met: int
    unmet: tuple[Difference, ...]
    collateral: tuple[Difference, ...]


def compare(expected: StateDiff, actual: StateDiff) -> Comparison:
    """Compare over all tables, up to a consistent renaming of the placeholder ids of `expected`.

    A row inserted in place of an expected one is a wrong row; rows beyond the expected number are collateral.
    """
    expected = _with_final_values(expected)
    rows = pair(inserts(expected), inserts(actual))
    units = [
        *_inserted(expected, actual, rows),
        *_updated(expected, actual, rows),
        *_deleted(expected, actual),
    ]
    unmet = tuple(difference for unit in units for difference in unit)
    return Comparison(len(units), units.count([]), unmet, tuple(_collateral(expected, actual, rows)))


def _with_final_values(diff: StateDiff) -> StateDiff:
    """Changes that a target lists for rows it inserts belong to the inserted row."""
    inserted = {
        table: {key: row | _after(diff.updated.get(table, {}).get(key, {})) for key, row in rows.items()}
        for table, rows in diff.inserted.items()
    }
    updated = {
        table: {key: changes for key, changes in rows.items() if key not in inserted.get(table, {})}
        for table, rows in diff.updated.items()
    }
    return replace(diff, inserted=inserted, updated=updated)


def _after(changes: Mapping[str, Change]) -> JsonObject:
    return {column: change.after for column, change in changes.items()}


def _inserted(expected: StateDiff, actual: StateDiff, rows: Mapping[str, str]) -> Iterator[list[Difference]]:
    for table, wanted in sorted(expected.inserted.items()):
        for key, row in wanted.items():
            if key not in rows:
                yield [Difference(table, key, None, f"row is missing: {_shown(written(key, row))}")]
                continue
            row_id = rows[key]
            yield list(_row(table, key, written(key, row), written(row_id, actual.inserted[table][row_id]), rows))


def _row(table: str, key: str, want: JsonObject, have: JsonObject, rows: Mapping[str, str]) -> Iterator[Difference]:
    for column in sorted({*want, *have}):
        if not _same(want.get(column), have.get(column), rows):
            yield Difference(table, key, column, _instead(want.get(column), have.get(column)))


def _updated(expected: StateDiff, actual: StateDiff, rows: Mapping[str, str]) -> Iterator[list[Difference]]:
    for table, row_id, column, change in _changes(expected):
        made = actual.updated.get(table, {}).get(row_id, {}).get(column)
        # A column that nobody touched still holds what it held before.
        have = change.before if made is None else made.after
        if _same(change.after, have, rows):
            yield []
        else:
            yield [Difference(table, row_id, column, _instead(change.after, have))]


def _deleted(expected: StateDiff, actual: StateDiff) -> Iterator[list[Difference]]:
    for table, row_id in _deletions(expected):
        gone = row_id in actual.deleted.get(table, {})
        yield [] if gone else [Difference(table, row_id, None, "row should have been deleted")]


def _collateral(expected: StateDiff, actual: StateDiff, rows: Mapping[str, str]) -> Iterator[Difference]:
    paired = set(rows.values())
    for table, inserted in sorted(actual.inserted.items()):
        for row_id, row in sorted(inserted.items()):
            if row_id not in paired:
                yield Difference(table, row_id, None, f"row should not have been inserted: {_shown(row)}")
    to_change = {(table, row_id, column) for table, row_id, column, _ in _changes(expected)}
    for table, row_id, column, change in _changes(actual):
        if (table, row_id, column) not in to_change:
            problem = f"should not have changed from {_shown(change.before)} to {_shown(change.after)}"
            yield Difference(table, row_id, column, problem)
    for table, row_id in _deletions(actual):
        if row_id not in expected.deleted.get(table, {}):
            yield Difference(table, row_id, None, "row should not have been deleted")


def _changes(diff: StateDiff) -> Iterator[tuple[str, str, str, Change]]:
    """Every changed column, spelling that carries no meaning apart."""
    for table, rows in sorted(diff.updated.items()):
        for row_id, changes in sorted(rows.items()):
            for column, change in sorted(changes.items()):
                if not same(change.before, change.after):
                    yield table, row_id, column, change


def _deletions(diff: StateDiff) -> Iterator[tuple[str, str]]:
    for table, rows in sorted(diff.deleted.items()):
        for row_id in sorted(rows):
            yield table, row_id


def _same(want: JsonValue, have: JsonValue, rows: Mapping[str, str]) -> bool:
    if isinstance(want, str) and want in rows:
        return bool(have == rows[want])
    return same(want, have)


def _instead(want: JsonValue, have: JsonValue) -> str:
    return f"expected {_shown(want)}, got {_shown(have)}"


def _shown(value: JsonValue) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
