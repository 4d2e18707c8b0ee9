"""Power: what a comparison of this size could have found, and what may be concluded from it."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrik

Conclusion: TypeAlias = Literal["better", "worse", "no difference found", "underpowered"]


def mcnemar_power(pairs: int, discordance: float, difference: float, alpha: float = 0.05) -> float:
    """Chance that the exact McNemar test rejects, when a share `discordance` of the pairs differs and the success
    rates differ by `difference`.

    The power given d discordant pairs, averaged over d ~ Bin(pairs, discordance). Duffy (1984), Biometrics
    40:1005-1015. Raises `ValueError` unless |difference| <= discordance <= 1.
    """
    if not abs(difference) <= discordance <= 1:
        raise ValueError(f"a difference of {difference} is impossible with a discordance of {discordance}")
    return _power(_critical(pairs, alpha), discordance, difference)


def minimal_detectable_effect(
    pairs: int, discordance: float, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """The smallest difference of success rates that the exact McNemar test would find with the given power.

    `discordance` is the expected share of pairs that differ; where even a one-sided change of that share is not
    enough, the discordance is raised with the difference. None when no difference at all can be found: fewer
    than 6 pairs at alpha 0.05. Compare Connor (1987), Biometrics 43:207-211, for the normal approximation.
    """
    limit = _critical(pairs, alpha)

    def reached(difference: float) -> float:
        return _power(limit, max(discordance, difference), difference)

    if reached(1.0) < power:
        return None
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) >= power else (middle, high)
    return high


def difference_power(treated: int, control: int, deviation: float, effect: float, alpha: float = 0.05) -> float:
    """Chance that a two-sided test of two arms finds a true difference of means, in the normal approximation.

    Phi(d - z) + Phi(-d - z) with d = effect / (deviation sqrt(1/n1 + 1/n0)). Cohen (1988), Statistical Power
    Analysis, section 2.5. 0 for an empty arm, 1 for an effect without any deviation.
    """
    if not (treated and control):
        return 0.0
    if not deviation:
        return float(effect != 0)
    standard = NormalDist()
    z = standard.inv_cdf(1 - alpha / 2)
    distance = abs(effect) / (deviation * math.sqrt(1 / treated + 1 / control))
    return standard.cdf(distance - z) + standard.cdf(-distance - z)


def detectable_difference(
    treated: int, control: int, deviation: float, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """The smallest difference of means that a two-sided test of two arms would find with the given power.

    (z of alpha + z of power) deviation sqrt(1/n1 + 1/n0); with n in each arm it is 4 deviation / sqrt(n), Lehr's
    rule (1992), Statistics in Medicine 11:1099-1102. None for an empty arm.
    """
    if not (treated and control):
        return None
    standard = NormalDist()
    distance = standard.inv_cdf(1 - alpha / 2) + standard.inv_cdf(power)
    return distance * deviation * math.sqrt(1 / treated + 1 / control)


def conclude(
    p_value: float, difference: float, detectable: float | None, smallest_effect: float, alpha: float = 0.05
) -> Conclusion:
    """What may be said. Without significance, silence is evidence only where `smallest_effect` would have shown.

    The verdict rests on the effect that matters, named beforehand, never on the observed one: "observed power"
    says nothing that the p-value does not (Hoenig & Heisey 2001, The American Statistician 55:19-24).
    """
    if p_value < alpha:
        return "better" if difference > 0 else "worse"
    if detectable is None or detectable > smallest_effect:
        return "underpowered"
    return "no difference found"


def _power(limit: NDArray[np.int64], discordance: float, difference: float) -> float:
    """Power of the test that rejects when the rarer kind of d discordant pairs numbers at most `limit[d]`."""
    if discordance == 0:
        return 0.0
    pairs = len(limit) - 1
    d = np.arange(pairs + 1)
    up = (discordance + difference) / (2 * discordance)
    rejects = np.where(limit >= 0, _cdf(limit, d, up) + _cdf(limit, d, 1 - up), 0.0)
    weights = _cdf(d, pairs, discordance) - np.where(d > 0, _cdf(d - 1, pairs, discordance), 0.0)
    return float(np.clip(weights @ rejects, 0.0, 1.0))


def _critical(pairs: int, alpha: float) -> NDArray[np.int64]:
    """For each d up to `pairs` the largest count whose two-sided exact p-value is at most alpha; -1 for none."""
    d = np.arange(pairs + 1)
    with np.errstate(invalid="ignore"):
        guess = np.nan_to_num(np.floor(bdtrik(alpha / 2, d, 0.5)), nan=-1.0).astype(np.int64)
    # The inverse is a float: the count itself may be one off either way.
    limit = np.full(pairs + 1, -1)
    for count in (guess - 1, guess, guess + 1):
        fits = (count >= 0) & (2 * count < d) & (2 * _cdf(count, d, 0.5) <= alpha)
        limit = np.where(fits, count, limit)
    return limit


def _cdf(k: NDArray[np.int64], n: NDArray[np.int64] | int, p: float) -> NDArray[np.float64]:
    """P(X <= k) for X ~ Bin(n, p); arguments outside the range of a binomial are the caller's to mask."""
    return np.asarray(bdtr(np.clip(k, 0, n).astype(float), n, p), dtype=np.float64)
