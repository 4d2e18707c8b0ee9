"""The layout of an experiment: its arms, what each plays, and which of them are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from atlas.core.json import JsonObject
from atlas.core.session import RunId

SEEDING, LEARNING = "seeding", "atlas learning, stream"
ALONE, PLACEBO, HISTORY, FROZEN = "student alone", "placebo", "history", "atlas frozen"
HELD_OUT = (ALONE, PLACEBO, HISTORY, FROZEN)
"""What plays the held-out splits."""

STREAM, SPLITS = "stream", ("test", "transfer")
VALIDATION = "validation"


def arm(condition: str, tasks: str) -> str:
    """The name of a condition's arm on the stream or on a held-out split."""
    return f"{condition}, {tasks}"


ARMS = (
    SEEDING,
    arm(ALONE, STREAM),
    LEARNING,
    *(arm(condition, split) for split in SPLITS for condition in HELD_OUT),
    VALIDATION,
)
"""Every arm, in the order of the tables."""

COMPARISONS = (
    *(
        (arm(before, split), arm(after, split))
        for split in SPLITS
        for before, after in (
            (ALONE, FROZEN),
            (PLACEBO, FROZEN),
            (HISTORY, FROZEN),
            (ALONE, PLACEBO),
            (ALONE, HISTORY),
        )
    ),
    (arm(ALONE, STREAM), LEARNING),
)
"""What is compared: (before, after). The first is the one that the experiment is made for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What one experiment was to play. Trial `t` of a held-out task belongs to order `t // trials`.

    `conditions` is all that decides what its sessions look like, as its run record has it.
    """

    title: str
    run_id: RunId
    dataset: str
    dataset_revision: str
    run_config: str
    models: dict[str, str]
    seed_sessions: int
    stream_sessions: int
    test: int
    transfer: int
    orders: int
    trials: int
    seed: int
    smallest_effect: float
    char_budget: int
    acceptance: str
    command: str
    conditions: JsonObject

    def planned(self) -> Iterator[tuple[str, int]]:
        """Every arm whose number of sessions is known beforehand, with it."""
        yield SEEDING, self.orders * self.seed_sessions
        yield arm(ALONE, STREAM), self.orders * self.stream_sessions
        yield LEARNING, self.orders * self.stream_sessions
        for split, count in zip(SPLITS, (self.test, self.transfer), strict=True):
            for condition in HELD_OUT:
                yield arm(condition, split), self.orders * self.trials * count
