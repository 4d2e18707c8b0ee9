"""Shape: whether a conversation is as long as its complexity level says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject
from atlas.datasets.conversation import TURN_RANGE, Complexity

RANGES: dict[str, tuple[int, int]] = {str(level): turns for level, turns in TURN_RANGE.items()}
LEVELS: tuple[Complexity, ...] = ("simple", "medium", "complex")


def _lengths(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    for row in subjects:
        turns = len(row.turns)
        if row.complexity not in RANGES:
            yield Spot(row.line, None, f"complexity level {row.complexity!r} is none of {', '.join(LEVELS)}")
            continue
        fewest, most = RANGES[row.complexity]
        if not fewest <= turns <= most:
            yield Spot(row.line, None, f"{row.complexity} means {fewest} to {most} turns, there are {turns}")


LENGTHS = Check("length that its complexity does not allow", "defect", _lengths)
