"""Drift: how far a session's reward lies from those that its learning key was used to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

DriftOutcome: TypeAlias = Literal["insufficient_baseline", "steady", "fell", "rose"]
Spread: TypeAlias = Literal["mad", "mean_deviation", "floor"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The rewards of `sessions` earlier sessions, in short.

    `mad` is their median absolute deviation from `median`; `scale` is what a distance is measured in, and `spread`
    says what that was made of.
    """

    sessions: int
    median: float
    mad: float
    scale: float
    spread: Spread


@dataclass(frozen=True, slots=True)
class Drift:
    """What a reward is against its baseline. `z` counts scales from the median and is below 0 for a fall.

    `baseline` and `z` are None where fewer than `min_baseline` earlier sessions count; `sessions` says how many do.
    """

    outcome: DriftOutcome
    reward: float
    sessions: int
    min_baseline: int
    window: int
    z_threshold: float
    baseline: Baseline | None = None
    z: float | None = None

    @property
    def alert(self) -> bool:
        """Whether somebody should look: only a fall asks for that; a rise is reported, and good news."""
        return self.outcome == "fell"
