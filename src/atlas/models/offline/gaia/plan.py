"""A plan: a question made into steps on tables, to be computed or written as code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas.models.offline.gaia.question import Reading
from atlas.models.offline.gaia.tables import Table, folded, unit_of

LARGER = {
    ("kg", "tonnes"): 1000,
    ("litres", "cubic metres"): 1000,
    ("minutes", "hours"): 60,
    ("metres", "kilometres"): 1000,
}
"""Unit in the file and unit asked for -> how many of the one make one of the other."""


@dataclass(frozen=True, slots=True)
class FilePlan:
    """Load `tables` (the rows of the first; the second is joined to it by `key`), filter, act, divide, round.

    `key` is the key's name in the first and in the second table; `backwards` gives a list in the wrong order.
    """

    tables: tuple[Table, ...]
    key: tuple[str, str] | None
    reading: Reading
    divisor: int = 1
    backwards: bool = False


def plan_of(reading: Reading, tables: Sequence[Table]) -> FilePlan | None:
    """The plan for a reading; None where two tables have nothing in common."""
    main, *others = tables
    key = None
    if others:
        key = next(((a, b) for a in main.names for b in others[0].names if folded(a) == folded(b)), None)
        if key is None:
            return None
    unit = unit_of(reading.columns[0]) if reading.columns else ""
    return FilePlan(tuple(tables[:2]), key, reading, LARGER.get((unit, reading.unit), 1))
