"""Moments: means, rates and differences from sums over sessions and tasks, for any number of sessions.

Sessions of one task resemble each other, so errors are those of whole tasks: the cluster-robust variance with the
factor m / (m - 1) and Student's t with m - 1 degrees of freedom. Liang & Zeger (1986), Biometrika 73:13-22; Cameron
& Miller (2015), J. Human Resources 50:317-372, section VI.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from statistics import NormalDist

from scipy.special import stdtrit

from atlas.core.thread import Moments, SharedMoments
from atlas.reports.statistics.intervals import Interval, wilson

_ROUNDING = 1e-11
"""What rounding leaves of residuals that are nought, as a part of the sum of squares."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two means, its standard error, 95 % interval and the smallest one that would have shown.

    `error`, `interval` and `detectable` (80 % power, two-sided 5 %) are None where nothing varies or one task is
    all there is: then the error cannot be estimated.
    """

    value: float
    error: float | None
    interval: Interval | None
    detectable: float | None


def moments(values: Iterable[tuple[Hashable, float]]) -> Moments:
    """The moments of (task, value) pairs."""
    grouped: dict[Hashable, list[float]] = defaultdict(list)
    for task, value in values:
        grouped[task].append(value)
    sums = [(float(len(members)), math.fsum(members)) for members in grouped.values()]
    return Moments(
        n=math.fsum(n for n, _ in sums),
        tasks=len(sums),
        total=math.fsum(s for _, s in sums),
        squares=math.fsum(s * s for _, s in sums),
        cross=math.fsum(n * s for n, s in sums),
        sizes=math.fsum(n * n for n, _ in sums),
    )


def shared_moments(
    first: Iterable[tuple[Hashable, float]], second: Iterable[tuple[Hashable, float]]
) -> SharedMoments:
    """What two groups of (task, value) pairs have in common."""
    ones, others = _sums(first), _sums(second)
    both = [(*ones[task], *others[task]) for task in ones if task in others]
    return SharedMoments(
        tasks=len(ones.keys() | others.keys()),
        values=math.fsum(a * b for _, a, _, b in both),
        first_size=math.fsum(n * b for n, _, _, b in both),
        second_size=math.fsum(a * k for _, a, k, _ in both),
        sizes=math.fsum(n * k for n, _, k, _ in both),
    )


def rate_interval(passed: Moments, level: float = 0.95) -> Interval:
    """The Wilson interval of a share, its counts divided by the design effect of the tasks.

    Equals `intervals.wilson_clustered` on the outcomes themselves. Rao & Scott (1992), Biometrics 48:577-585.
    """
    if not passed.n:
        return Interval(0.0, 1.0, level)
    effect = _design_effect(passed)
    return wilson(passed.total / effect, passed.n / effect, level)


def mean_error(values: Moments) -> float | None:
    """The standard error of a mean; None with fewer than two tasks or where nothing varies."""
    if values.tasks < 2:
        return None
    return _error(_residuals(values) / values.n**2, values.tasks)


def mean_interval(values: Moments, level: float = 0.95) -> Interval | None:
    """The interval of a mean; None where there is no error to base it on."""
    error, mean = mean_error(values), values.mean
    if error is None or mean is None:
        return None
    reach = _quantile(values.tasks, level) * error
    return Interval(mean - reach, mean + reach, level)


def difference(first: Moments, second: Moments, shared: SharedMoments, level: float = 0.95) -> Difference | None:
    """mean(second) - mean(first); None when either is empty. Tasks may have sessions in both groups.

    Same value and error as the slope of an ordinary least-squares fit on group membership with errors clustered by
    task.
    """
    if first.mean is None or second.mean is None:
        return None
    value = second.mean - first.mean
    if shared.tasks < 2:
        return Difference(value, None, None, None)
    spread = _residuals(first) / first.n**2 + _residuals(second) / second.n**2
    common = (
        shared.values
        - second.mean * shared.second_size
        - first.mean * shared.first_size
        + first.mean * second.mean * shared.sizes
    )
    # Without any spread there is nothing in common either, only rounding.
    variance = spread - 2 * common / (first.n * second.n) if spread else 0.0
    return _concluded(value, _error(variance, shared.tasks), shared.tasks, level)


def _concluded(value: float, error: float | None, tasks: int, level: float) -> Difference:
    if error is None:
        return Difference(value, None, None, None)
    critical = _quantile(tasks, level)
    interval = Interval(value - critical * error, value + critical * error, level)
    return Difference(value, error, interval, (critical + NormalDist().inv_cdf(0.8)) * error)


def _residuals(values: Moments) -> float:
    """Sum over tasks of (sum of residuals)^2."""
    mean = values.mean or 0.0
    left = values.squares - 2 * mean * values.cross + mean * mean * values.sizes
    return left if left > _ROUNDING * values.squares else 0.0


def _error(variance: float, tasks: int) -> float | None:
    return math.sqrt(variance * tasks / (tasks - 1)) if variance > 0 else None


def _quantile(tasks: int, level: float) -> float:
    return float(stdtrit(tasks - 1, (1 + level) / 2))


def _design_effect(passed: Moments) -> float:
    n, m = passed.n, passed.tasks
    share = passed.total / n
    if n == m:
        return 1.0
    spread = share * (1 - share)
    if m == 1 or spread <= 1e-15:
        return n / m
    return max(1.0, n * _residuals(passed) * m / ((m - 1) * n * n) / spread)


def _sums(values: Iterable[tuple[Hashable, float]]) -> dict[Hashable, tuple[float, float]]:
    grouped: dict[Hashable, list[float]] = defaultdict(list)
    for task, value in values:
        grouped[task].append(value)
    return {task: (float(len(members)), math.fsum(members)) for task, members in grouped.items()}
