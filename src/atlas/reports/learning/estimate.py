"""An estimate: a difference between two groups of sessions, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.core.thread import Moments, SharedMoments
from atlas.reports.breakdown import FEW
from atlas.reports.statistics.intervals import Interval
from atlas.reports.statistics.moments import Difference, difference

Verdict: TypeAlias = Literal["higher", "lower", "no difference found", "underpowered", "cannot say"]

SMALLEST_REWARD = 0.05
"""The difference of mean rewards that matters, named beforehand."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The second group's mean minus the first's. `reason` says why nothing can be said, "" where something can.

    `smallest` is the difference that matters; None where none was named, and then nothing is "underpowered".
    """

    value: float | None
    interval: Interval | None
    detectable: float | None
    smallest: float | None
    verdict: Verdict
    reason: str = ""


def estimate(
    first: Moments, second: Moments, shared: SharedMoments, names: tuple[str, str], smallest: float | None
) -> Estimate:
    """`second` against `first`, by name; with fewer than `FEW` tasks in either nothing is concluded."""
    found = difference(first, second, shared)
    reason = _why_not(first, second, found, names)
    if found is None or reason:
        value = found.value if found else None
        return Estimate(
            value,
            found.interval if found else None,
            found.detectable if found else None,
            smallest,
            "cannot say",
            reason,
        )
    return Estimate(found.value, found.interval, found.detectable, smallest, _verdict(found, smallest))


def _why_not(first: Moments, second: Moments, found: Difference | None, names: tuple[str, str]) -> str:
    for group, name in zip((first, second), names, strict=True):
        if not group.n:
            return f"{name} has no session with this number"
    for group, name in zip((first, second), names, strict=True):
        if group.tasks < FEW:
            return f"{name} rests on {_tasks(group.tasks)}, and fewer than {FEW} show nothing"
    if found is None or found.interval is None:
        return "the number is the same in every session, so its error cannot be estimated"
    return ""


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


def _verdict(found: Difference, smallest: float | None) -> Verdict:
    assert found.interval is not None, "estimated differences have an interval"
    if found.interval.low > 0:
        return "higher"
    if found.interval.high < 0:
        return "lower"
    if smallest is not None and (found.detectable is None or found.detectable > smallest):
        return "underpowered"
    return "no difference found"
