"""Worlds: whether each is large enough, its own, and holds more than one record that could be meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from atlas.core.json import JsonObject
from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject

FEWEST, MOST = 20, 60
"""Rows of a world."""


def size(row: Subject) -> int:
    """How many rows the world starts with."""
    return sum(map(len, row.seed.values()))


def near_names(row: Subject) -> bool:
    """Whether two clients, or two deals, have names that differ in one word or in words added at the end."""
    return any(_close(_column(row, entity, "name")) for entity in ("Client", "Opportunity"))


def shared_surnames(row: Subject) -> bool:
    """Whether two contacts share their last name."""
    return _repeats(_column(row, "Contact", "last_name"))


def open_and_closed(row: Subject) -> bool:
    """Whether there are deals to be worked on and deals that are done."""
    closed = [stage.startswith("Closed") for stage in _column(row, "Opportunity", "stage")]
    return any(closed) and not all(closed)


def several_quotes(row: Subject) -> bool:
    """Whether a deal has more than one quote."""
    return _repeats(_column(row, "Quote", "opportunity_id"))


DISTRACTORS = {
    "near-equal names": near_names,
    "shared surnames": shared_surnames,
    "open and closed deals": open_and_closed,
    "several quotes on a deal": several_quotes,
}
"""What makes a record one that must be found, and how it is told."""


def _sizes(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row in subjects:
        if not FEWEST <= size(row) <= MOST:
            yield Spot(row.line, None, f"the world has {size(row)} rows; {FEWEST} to {MOST} are needed")


def _plain(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row in subjects:
        missing = [name for name, has in DISTRACTORS.items() if not has(row)]
        if missing:
            yield Spot(row.line, None, f"the world has no {', no '.join(missing)}")


def _shared(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    first: dict[str, int] = {}
    for row in subjects:
        lines = {first.setdefault(row_id, row.line) for row_id in row.records} - {row.line}
        if lines:
            yield Spot(row.line, None, f"the world shares records with that of line {min(lines)}")


def _column(row: Subject, entity: str, column: str) -> list[str]:
    rows: Iterable[JsonObject] = row.seed.get(entity, {}).values()
    return [str(record[column]) for record in rows if record.get(column)]


def _repeats(values: list[str]) -> bool:
    return any(count > 1 for count in Counter(values).values())


def _close(names: list[str]) -> bool:
    words = [name.lower().split() for name in names]
    return any(_near(a, b) for a, b in combinations(words, 2))


def _near(a: list[str], b: list[str]) -> bool:
    short, long = sorted((a, b), key=len)
    if long[: len(short)] == short:
        return True
    return len(a) == len(b) > 1 and sum(x != y for x, y in zip(a, b, strict=True)) == 1


SIZES = Check("world of the wrong size", "defect", _sizes)
PLAIN = Check("world without distractors", "note", _plain)
SHARED = Check("world shared with another conversation", "defect", _shared)
