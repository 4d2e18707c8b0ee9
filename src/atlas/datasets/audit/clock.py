"""The clock: rows that stop being right as time goes by, because rules compare their dates with a clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject, leaves, turns_of

CLOCKED = frozenset({"close_date"})
"""Arguments that the rules of the CRM compare with today."""
_RELATIVE = re.compile(
    r"\b(?:today|tomorrow|yesterday|(?:this|next|last) (?:week|month|quarter|year)|from now)\b", re.I
)


def _bombs(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row, turn in turns_of(subjects):
        if row.as_of is None and _RELATIVE.search(turn.said):
            yield Spot(row.line, turn.number, "the user counts from today, but the row has no clock of its own")
        for call in turn.calls if turn.succeeds else ():
            for key, value in leaves(call.arguments):
                if key in CLOCKED and isinstance(value, str):
                    yield from _dated(row, turn.number, f"{call.tool}.{key}", value)


def _dated(row: Subject, turn: int, key: str, value: str) -> Iterator[Spot]:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        # A reference, or a text that derivation and the rules of the tool are about.
        return
    if row.as_of is None:
        yield Spot(row.line, turn, f"{key} {value} is compared with the wall clock, the row has none of its own")
    elif day < row.today:
        yield Spot(row.line, turn, f"{key} {value} lies before the world's today, {row.today}")


BOMBS = Check("time bomb", "defect", _bombs)
