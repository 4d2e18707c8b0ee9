"""Randomized arms: outcomes of sessions that chance assigned to one of two treatments, compared."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from atlas.reports.statistics.intervals import Interval, wilson

_LOOK, _WORTH_MORE = 2_000, 0.1
"""A first look at so many resamples; a p-value above that is not worth more of them."""
MANY = 400
"""With so many outcomes under either treatment the distribution over assignments is taken as normal."""


@dataclass(frozen=True, slots=True)
class Arm:
    """Outcomes under one treatment as distinct values, each with how often it was seen."""

    values: tuple[float, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, outcomes: Iterable[tuple[float, int]]) -> Arm:
        """Gather (value, count) pairs; values in ascending order."""
        gathered: dict[float, int] = {}
        for value, count in outcomes:
            gathered[value] = gathered.get(value, 0) + count
        return cls(tuple(sorted(gathered)), tuple(gathered[value] for value in sorted(gathered)))

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> float:
        return math.fsum(v * c for v, c in zip(self.values, self.counts, strict=True)) / self.n

    @property
    def variance(self) -> float | None:
        """Unbiased; None with fewer than two outcomes."""
        if self.n < 2:
            return None
        mean = self.mean
        return math.fsum(c * (v - mean) ** 2 for v, c in zip(self.values, self.counts, strict=True)) / (self.n - 1)


@dataclass(frozen=True, slots=True)
class Stratum:
    """The two arms of the sessions that were assigned with one and the same chance."""

    treated: Arm
    control: Arm

    @property
    def n(self) -> int:
        return self.treated.n + self.control.n

    @property
    def weight(self) -> float:
        """n1 n0 / n: how much it tells of an effect common to all strata. Cochran (1954), Biometrics 10:417-451."""
        return self.treated.n * self.control.n / self.n

    @property
    def difference(self) -> float:
        return self.treated.mean - self.control.mean

    @property
    def pooled(self) -> Arm:
        """All outcomes, whatever the treatment."""
        arms = (self.treated, self.control)
        return Arm.of(pair for arm in arms for pair in zip(arm.values, arm.counts, strict=True))


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean outcome of the treated minus that of the control; `freedom` are the degrees of freedom of its error."""

    value: float
    error: float
    freedom: float
    treated: int
    control: int
    deviation: float
    """The standard deviation of outcomes within an arm."""

    def interval(self, level: float = 0.95) -> Interval:
        """The t interval."""
        reach = float(stdtrit(self.freedom, (1 + level) / 2)) * self.error
        return Interval(self.value - reach, self.value + reach, level)


def informative(strata: Sequence[Stratum]) -> list[Stratum]:
    """Those with an outcome in both arms: of the others nothing can be told."""
    return [stratum for stratum in strata if stratum.treated.n and stratum.control.n]


def shares(strata: Sequence[Stratum]) -> list[float]:
    """The part of each informative stratum in a figure over all of them; they sum to 1."""
    total = math.fsum(stratum.weight for stratum in strata)
    return [stratum.weight / total for stratum in strata]


def difference(strata: Sequence[Stratum]) -> Difference | None:
    """The difference over all strata by their `shares`; None without an informative one of 3 outcomes.

    Sum of w_s (mean treated - mean control) with error^2 = sum of w_s^2 (s1^2/n1 + s0^2/n0): Neyman's conservative
    estimate (Imbens & Rubin 2015, Causal Inference, sections 6.5 and 9.5). An arm of one outcome has the variance
    of the other. Degrees of freedom: Welch (1947), Biometrika 34:28-35; Satterthwaite (1946), Biometrics Bull.
    2:110-114. Treatments that were assigned with several chances must stand in strata of their own: pooled, the
    chance itself would count as an effect.
    """
    usable = [stratum for stratum in informative(strata) if stratum.n > 2]
    if not usable:
        return None
    total = sum(stratum.n for stratum in usable)
    value, spread, within, parts = 0.0, 0.0, 0.0, []
    for stratum, share in zip(usable, shares(usable), strict=True):
        value += share * stratum.difference
        arms = (stratum.treated, stratum.control)
        known = [variance for arm in arms if (variance := arm.variance) is not None]
        for arm in arms:
            variance = known[0] if arm.variance is None else arm.variance
            part = share * share * variance / arm.n
            spread += part
            within += variance * arm.n / total
            parts.append((part, max(1, arm.n - 1)))
    freedom = spread**2 / math.fsum(part * part / df for part, df in parts) if spread else math.inf
    return Difference(
        value,
        math.sqrt(spread),
        freedom,
        sum(stratum.treated.n for stratum in usable),
        sum(stratum.control.n for stratum in usable),
        math.sqrt(within),
    )


def newcombe(strata: Sequence[Stratum], level: float = 0.95) -> Interval | None:
    """Interval of the difference of success rates (outcomes are 0 or 1); None without an informative stratum.

    The hybrid score interval: method 10 of Newcombe (1998), Statistics in Medicine 17:873-890, from the Wilson
    limits of both rates. Over several strata the rates are the weighted ones, and the numbers of trials their
    effective ones (sum w)^2 / sum(w^2 / n), of Kish (1965), Survey Sampling, section 11.7.
    """
    usable = informative(strata)
    if not usable:
        return None
    rates, intervals, parts = [], [], shares(usable)
    for arms in ([s.treated for s in usable], [s.control for s in usable]):
        rate = math.fsum(share * arm.mean for share, arm in zip(parts, arms, strict=True))
        trials = 1 / math.fsum(share * share / arm.n for share, arm in zip(parts, arms, strict=True))
        rates.append(rate)
        intervals.append(wilson(rate * trials, trials, level))
    (one, other), (a, b) = rates, intervals
    return Interval(
        one - other - math.hypot(one - a.low, b.high - other),
        one - other + math.hypot(a.high - one, other - b.low),
        level,
    )


def randomization_test(strata: Sequence[Stratum], *, seed: int, resamples: int = 20_000) -> float:
    """Two-sided p-value of "the treatment changes no outcome", by assigning it anew as chance might have.

    Within each stratum as many outcomes as were treated are drawn without replacement: that is how the assignment
    is distributed, given its numbers, so the test is exact whatever the outcomes look like, and whether or not
    tasks repeat. Fisher (1935), The Design of Experiments, section 21. The statistic is the difference; the p-value
    is twice that of the smaller tail, so that a wrong sign is found no oftener than at half the level. (Divided by
    its error, as one would for the weaker claim "none on average", the difference loses the few withheld sessions
    that there are: an arm that is drawn all alike has no error.) (1 + hits) / (1 + resamples) a tail: Phipson &
    Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9:39. 1.0 without an informative stratum. With `MANY` outcomes under
    either treatment nothing is drawn: the difference is then normal over assignments, its variance known (Hajek
    1960, Publ. Math. Inst. Hung. Acad. Sci. 5:361-374).
    """
    usable = [stratum for stratum in informative(strata) if stratum.n > 2]
    if not usable:
        return 1.0
    if min(sum(s.treated.n for s in usable), sum(s.control.n for s in usable)) >= MANY:
        return _normal_tail(usable)
    draw = np.random.default_rng(seed)
    first = _tail(usable, draw, min(_LOOK, resamples))
    return first if first > _WORTH_MORE or resamples <= _LOOK else _tail(usable, draw, resamples)


def null_error(strata: Sequence[Stratum]) -> float:
    """The standard deviation of the difference over assignments, if the treatment changes no outcome.

    A stratum's difference then has variance S^2 (1/n1 + 1/n0), S^2 being that of all its outcomes: Imbens & Rubin
    (2015), section 5.6. 0.0 without an informative stratum.
    """
    usable = [stratum for stratum in informative(strata) if stratum.n > 2]
    variance = math.fsum(
        share * share * (stratum.pooled.variance or 0.0) * (1 / stratum.treated.n + 1 / stratum.control.n)
        for share, stratum in zip(shares(usable), usable, strict=True)
    )
    return math.sqrt(variance)


def _normal_tail(strata: Sequence[Stratum]) -> float:
    value = math.fsum(s * stratum.difference for s, stratum in zip(shares(strata), strata, strict=True))
    error = null_error(strata)
    return math.erfc(abs(value) / (math.sqrt(2) * error)) if error else 1.0


def _tail(strata: Sequence[Stratum], draw: np.random.Generator, resamples: int) -> float:
    """Twice the smaller tail beyond what was observed."""
    observed, redrawn = 0.0, np.zeros(resamples)
    for stratum, share in zip(strata, shares(strata), strict=True):
        observed += share * stratum.difference
        redrawn += share * _redrawn(stratum, draw, resamples)
    above, below = (
        int(np.count_nonzero(side)) for side in (redrawn >= observed - 1e-9, redrawn <= observed + 1e-9)
    )
    return min(1.0, 2 * (1 + min(above, below)) / (1 + resamples))


def _redrawn(stratum: Stratum, draw: np.random.Generator, resamples: int) -> NDArray[np.float64]:
    """The difference as it would be under assignments that chance might have made."""
    pooled = stratum.pooled
    values, sizes = np.array(pooled.values), np.array(pooled.counts)
    controls = draw.multivariate_hypergeometric(sizes, stratum.control.n, size=resamples, method="marginals")
    control = controls @ values
    differences = (sizes @ values - control) / stratum.treated.n - control / stratum.control.n
    return np.asarray(differences, dtype=np.float64)
