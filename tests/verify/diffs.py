"""State differences for tests: targets made from a difference, renamings, and differences drawn at random."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from itertools import permutations

from hypothesis import strategies as st

from atlas.core.json import JsonObject, JsonValue
from atlas.core.state import Change, StateDiff

FILLED = {"created_at", "created_date", "uploaded_at"}
PRIMARY = {"clients": "client_id", "opportunities": "opportunity_id", "quotes": "quote_id", "notes": "note_id"}
PARENT = {"clients": None, "opportunities": "client_id", "quotes": "opportunity_id", "notes": "entity_id"}
STANDING = ("standing-1", "standing-2", "standing-3")


def renamed(diff: StateDiff, ids: Mapping[str, str]) -> StateDiff:
    """`diff` with every id replaced, as key and as value."""

    def value(old: JsonValue) -> JsonValue:
        return ids.get(old, old) if isinstance(old, str) else old

    return StateDiff(
        inserted={
            table: {
                ids.get(key, key): {column: value(cell) for column, cell in row.items()}
                for key, row in rows.items()
            }
            for table, rows in diff.inserted.items()
        },
        updated={
            table: {
                key: {column: Change(change.before, value(change.after)) for column, change in changes.items()}
                for key, changes in rows.items()
            }
            for table, rows in diff.updated.items()
        },
        deleted=diff.deleted,
    )


def target_of(diff: StateDiff) -> StateDiff:
    """The expected state that a dataset would hold for `diff`: placeholders, chosen non-null columns only."""
    keys = sorted(key for rows in diff.inserted.values() for key in rows)
    target = renamed(diff, {key: f"new:{number}" for number, key in enumerate(keys, 1)})
    for table, rows in target.inserted.items():
        for row in rows.values():
            for column in [name for name, cell in row.items() if cell is None or name in FILLED | {PRIMARY[table]}]:
                del row[column]
    return target


def fits_by_force(expected: StateDiff, actual: StateDiff) -> bool:
    """Whether some renaming of the placeholders makes the two equal, by trying all."""
    placeholders, ids = ([key for rows in diff.inserted.values() for key in rows] for diff in (expected, actual))
    if len(placeholders) != len(ids):
        return False
    facts = _facts(actual)
    return any(
        _facts(renamed(expected, dict(zip(placeholders, order, strict=True)))) == facts
        for order in permutations(ids)
    )


def _facts(diff: StateDiff) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for table, rows in diff.inserted.items():
        for key, row in rows.items():
            found.add(("row", table, key))
            found |= {
                ("cell", table, key, column, cell)
                for column, cell in row.items()
                if cell is not None and column not in FILLED | {PRIMARY[table]}
            }
    for table, changed in diff.updated.items():
        for key, changes in changed.items():
            found |= {("change", table, key, column, change.after) for column, change in changes.items()}
    return found | {("gone", table, key) for table, rows in diff.deleted.items() for key in rows}


@st.composite
def diffs(draw: st.DrawFn) -> StateDiff:
    """Up to five new rows that refer to each other, with few distinct values so that rows look alike."""
    diff = StateDiff()
    made: list[str] = []
    for number in range(draw(st.integers(0, 5))):
        table = draw(st.sampled_from(sorted(PRIMARY)))
        key = f"row-{draw(st.integers(0, 9))}{number}"
        row: JsonObject = {PRIMARY[table]: key, "created_at": "2026-03-02T09:00:00+00:00"}
        row |= {"name": draw(st.sampled_from(["a", "b"])), "amount": draw(st.sampled_from([None, 10.0, 10.01]))}
        if (parent := PARENT[table]) is not None:
            row[parent] = draw(st.sampled_from([*made, STANDING[0]]))
        diff.inserted.setdefault(table, {})[key] = row
        made.append(key)
    for key in draw(st.sets(st.sampled_from(STANDING))):
        after = draw(st.sampled_from([*made, "c"]))
        diff.updated.setdefault("contacts", {})[key] = {"client_id": Change("before", after)}
    for key in draw(st.sets(st.sampled_from(STANDING))):
        diff.deleted.setdefault("documents", {})[key] = {"document_id": key}
    return diff


Mutation = Callable[[StateDiff], None]


def mutations(diff: StateDiff) -> list[StateDiff]:
    """Every way to make one thing wrong with `diff`; none of the results is equal to it under any renaming."""
    mutants = []
    for mutate in _mutations(diff):
        mutant = copy.deepcopy(diff)
        mutate(mutant)
        mutants.append(mutant)
    return mutants


def _mutations(diff: StateDiff) -> Iterator[Mutation]:
    for table, rows in diff.inserted.items():
        for key, row in rows.items():
            yield lambda d, t=table, k=key: d.inserted[t].pop(k)  # type: ignore[misc]
            yield lambda d, t=table, k=key: d.inserted[t][k].update(notes="added")  # type: ignore[misc]
            for column in [c for c, cell in row.items() if cell is not None and c not in FILLED | {PRIMARY[table]}]:
                yield lambda d, t=table, k=key, c=column: d.inserted[t][k].update({c: "wrong"})  # type: ignore[misc]
                yield lambda d, t=table, k=key, c=column: d.inserted[t][k].update({c: None})  # type: ignore[misc]
            if row["amount"] is not None:
                yield lambda d, t=table, k=key: d.inserted[t][k].update(amount=d.inserted[t][k]["amount"] + 0.01)  # type: ignore[misc]
    for table, changed in diff.updated.items():
        for key in changed:
            yield lambda d, t=table, k=key: d.updated[t].pop(k)  # type: ignore[misc]
            yield lambda d, t=table, k=key: d.updated[t].update({k: {"client_id": Change("before", "wrong")}})  # type: ignore[misc]
            yield lambda d, t=table, k=key: d.updated[t][k].update(title=Change("before", "after"))  # type: ignore[misc]
    for table, rows in diff.deleted.items():
        for key in rows:
            yield lambda d, t=table, k=key: d.deleted[t].pop(k)  # type: ignore[misc]
    yield lambda d: d.inserted.setdefault("clients", {}).update(extra={"client_id": "extra", "name": "a"})
    yield lambda d: d.updated.setdefault("clients", {}).update(other={"name": Change("a", "b")})
    yield lambda d: d.deleted.setdefault("clients", {}).update(other={"name": "a"})
