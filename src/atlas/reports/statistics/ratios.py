"""Ratios of totals: rates and means over sessions that come in clusters, from sums alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

from atlas.reports.statistics.intervals import Interval, wilson


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """Totals of measures over all clusters; `products[i][j]` sums (total of i) x (total of j) of a cluster."""

    clusters: int
    totals: Sequence[float]
    products: Sequence[Sequence[float]]

    def error(self, gradient: Sequence[float]) -> float | None:
        """Standard error of a function of the totals that scaling them does not change; None with one cluster.

        sqrt(m / (m-1) g' P g) with g the partial derivatives: Taylor linearization, the clusters taken as drawn at
        random. Woodruff (1971), J. Am. Stat. Assoc. 66:411-414; Liang & Zeger (1986), Biometrika 73:13-22.
        """
        if self.clusters < 2:
            return None
        used = [index for index, slope in enumerate(gradient) if slope]
        square = math.fsum(gradient[i] * self.products[i][j] * gradient[j] for i in used for j in used)
        return math.sqrt(max(0.0, square) * self.clusters / (self.clusters - 1))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval; the interval is None where one cluster cannot give it."""

    value: float
    interval: Interval | None


def mean_of(sums: ClusterSums, over: int, under: int) -> Estimate | None:
    """Measure `over` by measure `under`; None without any of the latter."""
    if not sums.totals[under]:
        return None
    value, gradient = _ratio(sums, over, under)
    return _estimate(sums, value, gradient)


def difference_of(sums: ClusterSums, first: tuple[int, int], second: tuple[int, int]) -> Estimate | None:
    """The first ratio (over, under) minus the second; None unless both exist.

    The clusters are the same for both, so what a cluster adds to both cancels out.
    """
    if not (sums.totals[first[1]] and sums.totals[second[1]]):
        return None
    one, up = _ratio(sums, *first)
    other, down = _ratio(sums, *second)
    return _estimate(sums, one - other, [a - b for a, b in zip(up, down, strict=True)])


def product_of(
    sums: ClusterSums, rate: tuple[int, int], first: tuple[int, int], second: tuple[int, int]
) -> Estimate | None:
    """A ratio times the difference of two others; None unless all exist."""
    if not all(sums.totals[under] for _, under in (rate, first, second)):
        return None
    factor, slope = _ratio(sums, *rate)
    one, up = _ratio(sums, *first)
    other, down = _ratio(sums, *second)
    gradient = [(one - other) * s + factor * (a - b) for s, a, b in zip(slope, up, down, strict=True)]
    return _estimate(sums, factor * (one - other), gradient)


def rate_of(sums: ClusterSums, passed: int, checked: int, clusters: int) -> Estimate | None:
    """A share in [0, 1] with its Wilson interval, both counts divided by the design effect; None without any.

    `clusters` are those in which something was checked. Where all or none passed, clusters count as wholly alike.
    Rao & Scott (1992), Biometrics 48:577-585.
    """
    n = sums.totals[checked]
    if not n:
        return None
    value, gradient = _ratio(sums, passed, checked)
    error = sums.error(gradient)
    alike = n / clusters
    effect = alike if error is None or value in (0, 1) else max(1.0, error * error * n / (value * (1 - value)))
    return Estimate(value, wilson(sums.totals[passed] / effect, n / effect))


def _ratio(sums: ClusterSums, over: int, under: int) -> tuple[float, list[float]]:
    value = sums.totals[over] / sums.totals[under]
    gradient = [0.0] * len(sums.totals)
    gradient[over] += 1 / sums.totals[under]
    gradient[under] -= value / sums.totals[under]
    return value, gradient


def _estimate(sums: ClusterSums, value: float, gradient: Sequence[float]) -> Estimate:
    error = sums.error(gradient)
    if error is None:
        return Estimate(value, None)
    reach = float(stdtrit(sums.clusters - 1, 0.975)) * error
    return Estimate(value, Interval(value - reach, value + reach))
