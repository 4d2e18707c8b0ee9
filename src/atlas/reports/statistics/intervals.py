"""Intervals: what range of true values an observed proportion or mean is compatible with."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_CHUNK = 2_000_000
"""Cells of the resampling matrix held at once: bounds memory to some 40 MB whatever the number of clusters."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; `level` is the confidence, for example 0.95."""

    low: float
    high: float
    level: float = 0.95

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def z_value(level: float) -> float:
    """The two-sided standard normal quantile of a confidence level: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(successes: float, trials: float, level: float = 0.95) -> Interval:
    """Score interval of a proportion; [0, 1] without trials. Both counts may be effective (fractional) ones.

    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n). Wilson (1927), J. Am. Stat. Assoc. 22:209-212;
    recommended by Brown, Cai & DasGupta (2001), Statistical Science 16:101-133.
    """
    if trials <= 0:
        return Interval(0.0, 1.0, level)
    z = z_value(level)
    p = successes / trials
    middle = p + z * z / (2 * trials)
    half = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    # At p = 0 and p = 1 the bound is exactly p; only rounding would leave it.
    low = 0.0 if successes <= 0 else max(0.0, (middle - half) / scale)
    high = 1.0 if successes >= trials else min(1.0, (middle + half) / scale)
    return Interval(low, high, level)


def design_effect(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """How many times the variance of the mean grows because values of one cluster resemble each other; >= 1.

    n v / s^2 with v = m / ((m-1) n^2) * sum over clusters of (sum of residuals)^2 and s^2 the variance of the
    values; for 0/1 values s^2 = p(1-p). Rao & Scott (1992), Biometrics 48:577-585. Where it cannot be
    estimated (one cluster, or no variation at all) clusters count as wholly alike: n / m.
    """
    sums, sizes = _sums(values, clusters)
    n, m = len(values), len(sums)
    if n == m:
        return 1.0
    mean = math.fsum(values) / n
    variance = math.fsum((value - mean) ** 2 for value in values) / n
    if m == 1 or variance <= 1e-15:
        return n / m
    between = float(np.sum((sums - sizes * mean) ** 2)) * m / ((m - 1) * n * n)
    return max(1.0, n * between / variance)


def wilson_clustered(outcomes: Sequence[bool], clusters: Sequence[Hashable], level: float = 0.95) -> Interval:
    """Wilson interval of a success rate whose outcomes come in clusters (several trials of one task).

    Both counts are divided by the design effect (Rao & Scott 1992). With one outcome a cluster it is the plain
    Wilson interval.
    """
    if not outcomes:
        return Interval(0.0, 1.0, level)
    effect = design_effect([float(outcome) for outcome in outcomes], clusters)
    return wilson(sum(outcomes) / effect, len(outcomes) / effect, level)


def bootstrap_mean(
    values: Sequence[float],
    clusters: Sequence[Hashable],
    *,
    seed: int,
    resamples: int = 10_000,
    level: float = 0.95,
) -> Interval:
    """Percentile interval of a mean; whole clusters are drawn with replacement, so their likeness is respected.

    Davison & Hinkley (1997), Bootstrap Methods and their Application, sections 3.8 and 5.2. The same seed gives
    the same interval. Narrow with fewer than some 20 clusters. Raises `ValueError` with fewer than two.
    """
    sums, sizes = _sums(values, clusters)
    m = len(sums)
    if m < 2:
        raise ValueError(f"a clustered bootstrap needs at least two clusters, got {m}")
    draw = np.random.default_rng(seed)
    means: list[NDArray[np.float64]] = []
    left = resamples
    while left > 0:
        size = min(left, max(1, _CHUNK // m))
        drawn = draw.integers(0, m, size=(size, m), dtype=np.int32)
        means.append(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
        left -= size
    low, high = np.quantile(np.concatenate(means), [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level)


def paired_bootstrap(
    first: Sequence[float],
    second: Sequence[float],
    clusters: Sequence[Hashable],
    *,
    seed: int,
    resamples: int = 10_000,
    level: float = 0.95,
) -> Interval:
    """Bootstrap interval of mean(second) - mean(first) over pairs; a pair is never torn apart.

    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 8.
    """
    differences = [after - before for before, after in zip(first, second, strict=True)]
    return bootstrap_mean(differences, clusters, seed=seed, resamples=resamples, level=level)


def by_cluster(values: Iterable[float], clusters: Iterable[Hashable]) -> dict[Hashable, list[float]]:
    """Values by cluster, clusters in order of first appearance."""
    grouped: dict[Hashable, list[float]] = defaultdict(list)
    for value, cluster in zip(values, clusters, strict=True):
        grouped[cluster].append(value)
    return grouped


def _sums(values: Sequence[float], clusters: Sequence[Hashable]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    grouped = by_cluster(values, clusters)
    sums = np.array([math.fsum(members) for members in grouped.values()])
    return sums, np.array([float(len(members)) for members in grouped.values()])
