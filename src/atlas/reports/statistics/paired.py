"""Pairs of outcomes: two arms that played the same tasks, compared pair by pair."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from atlas.reports.statistics.intervals import Interval, by_cluster, z_value

_EXACT_UNITS = 16
"""Up to 2**16 sign patterns are enumerated; beyond that they are sampled."""


@dataclass(frozen=True, slots=True)
class PairedCounts:
    """The paired 2x2 table: `gained` failed before and passed after, `lost` the other way round."""

    both: int
    gained: int
    lost: int
    neither: int

    @classmethod
    def of(cls, before: Sequence[bool], after: Sequence[bool]) -> PairedCounts:
        """Count the pairs. Raises `ValueError` when the lengths differ."""
        pairs = list(zip(before, after, strict=True))
        return cls(
            pairs.count((True, True)),
            pairs.count((False, True)),
            pairs.count((True, False)),
            pairs.count((False, False)),
        )

    @property
    def pairs(self) -> int:
        return self.both + self.gained + self.lost + self.neither

    @property
    def discordant(self) -> int:
        return self.gained + self.lost

    @property
    def difference(self) -> float:
        """Success rate after minus before; 0 without pairs."""
        return (self.gained - self.lost) / self.pairs if self.pairs else 0.0


def mcnemar_exact(counts: PairedCounts, *, mid_p: bool = False) -> float:
    """Two-sided p-value of "both arms succeed equally often": min(1, 2 P(X <= min(gained, lost))), X ~ Bin(d, 1/2).

    McNemar (1947), Psychometrika 12:153-157, in its exact conditional form. `mid_p` subtracts the probability
    of the observed table (Fagerland, Lydersen & Laake 2013, BMC Med. Res. Methodol. 13:91): less conservative,
    but it may exceed the nominal level, hence not the default.
    """
    d, fewer = counts.discordant, min(counts.gained, counts.lost)
    if d == 0:
        return 1.0
    tail = sum(math.comb(d, k) for k in range(fewer + 1))
    if mid_p:
        observed = math.comb(d, fewer) / 2**d
        # With gained == lost both tails hold the observed table; it counts by half, once.
        return float(1 - observed / 2 if counts.gained == counts.lost else 2 * tail / 2**d - observed)
    return float(min(1.0, 2 * tail / 2**d))


def tango_score(counts: PairedCounts, difference: float) -> float:
    """Score statistic of "the true difference is `difference`"; standard normal under it, decreasing in it.

    (gained - lost - n D) / sqrt(n (2 q + D (1 - D))) with q, the restricted estimate of P(lost), the root
    (sqrt(B^2 - 8 n C) - B) / 4n, B = -gained - lost + (2n - gained + lost) D, C = -lost D (1 - D).
    Tango (1998), Statistics in Medicine 17:891-908, equations 24 to 26 with D = -Delta.
    """
    n, gained, lost = counts.pairs, counts.gained, counts.lost
    b = -gained - lost + (2 * n - gained + lost) * difference
    c = -lost * difference * (1 - difference)
    q = (math.sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
    variance = n * (2 * q + difference * (1 - difference))
    excess = gained - lost - n * difference
    if variance <= 1e-12:
        return math.copysign(math.inf, excess) if abs(excess) > 1e-9 else 0.0
    return excess / math.sqrt(variance)


def tango_interval(counts: PairedCounts, level: float = 0.95) -> Interval:
    """Score interval of the difference of paired proportions: all differences that `tango_score` does not reject.

    Tango (1998). Stays within [-1, 1] and is not empty when nothing changed, unlike the Wald interval; among the
    recommended ones of Fagerland, Lydersen & Laake (2014), Statistics in Medicine 33:2850-2875.
    """
    if counts.pairs == 0:
        return Interval(-1.0, 1.0, level)
    z, observed = z_value(level), counts.difference
    low = -1.0 if observed <= -1 else _root(lambda d: tango_score(counts, d) - z, -1.0, observed)
    high = 1.0 if observed >= 1 else _root(lambda d: tango_score(counts, d) + z, observed, 1.0)
    return Interval(low, high, level)


def sign_flip_test(
    differences: Sequence[float],
    clusters: Sequence[Hashable] | None = None,
    *,
    seed: int,
    resamples: int = 20_000,
) -> float:
    """Paired permutation test: two-sided p-value of "before and after are exchangeable within a cluster".

    The sign of each cluster's sum is flipped; exact by enumeration up to 16 non-zero clusters, else sampled with
    the seed and (1 + hits) / (1 + resamples). Fisher (1935), The Design of Experiments, section 21; Phipson &
    Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9:39. On single 0/1 pairs it equals the exact McNemar test.
    """
    grouped = by_cluster(differences, range(len(differences)) if clusters is None else clusters)
    totals = [total for members in grouped.values() if abs(total := math.fsum(members)) > 1e-12]
    if not totals:
        return 1.0
    least = abs(math.fsum(totals)) - 1e-9
    if len(totals) <= _EXACT_UNITS:
        return _share_of_sign_patterns(totals, least)
    draw, units = np.random.default_rng(seed), np.array(totals)
    hits, left = 0, resamples
    while left > 0:
        size = min(left, max(1, 2_000_000 // len(units)))
        signs = draw.integers(0, 2, size=(size, len(units)), dtype=np.int8) * 2 - 1
        hits += int(np.count_nonzero(np.abs(signs @ units) >= least))
        left -= size
    return (1 + hits) / (1 + resamples)


def _share_of_sign_patterns(totals: Sequence[float], least: float) -> float:
    sums = np.zeros(1)
    for total in totals:
        sums = np.concatenate([sums + total, sums - total])
    return float(np.count_nonzero(np.abs(sums) >= least)) / len(sums)


def _root(f: Callable[[float], float], low: float, high: float) -> float:
    """Where a decreasing function crosses zero, by bisection to 1e-12."""
    for _ in range(80):
        middle = (low + high) / 2
        if f(middle) > 0:
            low = middle
        else:
            high = middle
        if high - low < 1e-12:
            break
    return (low + high) / 2
