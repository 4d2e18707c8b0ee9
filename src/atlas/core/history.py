"""A learning history: how the sessions of one learning key have fared so far."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from statistics import fmean

HIGH_REWARD = 0.8
LOW_REWARD = 0.4


@dataclass(frozen=True, slots=True)
class PastSession:
    """A finished session: its reward in [0, 1], its strict success, and the mode that it was played in.

    `note` is what was noted for the student, without anything of the session's own data; "" for nothing.
    """

    reward: float
    success: bool | None
    mode: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """All sessions of a learning key that count, as a number and a mean, and the last of them, oldest first.

    Sessions that failed below us, that have no reward or that were quarantined do not count.
    """

    sessions: int = 0
    average_reward: float | None = None
    recent: tuple[PastSession, ...] = ()

    @property
    def recent_average(self) -> float | None:
        return fmean(past.reward for past in self.recent) if self.recent else None

    @property
    def high_streak(self) -> int:
        """How many of the last sessions, without a break, had a reward of at least `HIGH_REWARD`."""
        return sum(1 for _ in takewhile(lambda past: past.reward >= HIGH_REWARD, reversed(self.recent)))

    @property
    def low_streak(self) -> int:
        """How many of the last sessions, without a break, had a reward of at most `LOW_REWARD`."""
        return sum(1 for _ in takewhile(lambda past: past.reward <= LOW_REWARD, reversed(self.recent)))
