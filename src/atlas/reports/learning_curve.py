"""A learning curve: how success moved while the sessions of a stream were played, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.session import Session
from atlas.reports.statistics.intervals import Interval, wilson


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Success over the last `count` scored sessions up to `session`, which counts from 1 in order of play.

    `count` is the curve's window, or less near the start.
    """

    session: int
    count: int
    rate: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """The trailing success rate of a stream. `outcomes` has one entry a session, None where it failed below us.

    Windows overlap, so neighbouring points are not independent, and each interval holds for its point alone.
    """

    arm: str
    simulated: bool
    window: int
    outcomes: tuple[bool | None, ...]
    points: tuple[CurvePoint, ...]


def learning_curve(stream: Sequence[Session], window: int | None = None) -> LearningCurve:
    """The curve of `stream`, sessions of one arm in order of play.

    The first points rest on fewer than `window` sessions; by default the window is a quarter of the stream,
    between 5 and 20. A session without a score moves nothing.
    """
    size = window or min(20, max(5, len(stream) // 4))
    outcomes = tuple(session.success for session in stream)
    points: list[CurvePoint] = []
    scored: list[bool] = []
    for position, outcome in enumerate(outcomes, 1):
        if outcome is not None:
            scored.append(outcome)
            recent = scored[-size:]
            passed = sum(recent)
            points.append(CurvePoint(position, len(recent), passed / len(recent), wilson(passed, len(recent))))
    arm = stream[0].slot.arm if stream else ""
    return LearningCurve(arm, any(session.simulated for session in stream), size, outcomes, tuple(points))
