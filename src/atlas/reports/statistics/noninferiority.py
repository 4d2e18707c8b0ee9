"""Non-inferiority: evidence that something is not worse than before by more than a margin named beforehand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

from scipy.special import stdtr, stdtrit

from atlas.reports.statistics.paired import PairedCounts, tango_score


@dataclass(frozen=True, slots=True)
class NonInferiority:
    """A one-sided test against a margin; `bound` is the one-sided confidence bound it rests on, None where the
    method gives none. It holds when `p_value` < alpha."""

    p_value: float
    margin: float
    bound: float | None
    holds: bool


def noninferior_rate(counts: PairedCounts, margin: float, alpha: float = 0.025) -> NonInferiority:
    """Is the success rate after at most `margin` below the one before?

    H0: difference <= -margin, by the score statistic at -margin. Tango (1998), Statistics in Medicine 17:891-908.
    Raises `ValueError` without pairs or for a margin outside (0, 1).
    """
    if counts.pairs == 0 or not 0 < margin < 1:
        raise ValueError("non-inferiority of a rate needs pairs and a margin between 0 and 1")
    p_value = 1 - NormalDist().cdf(tango_score(counts, -margin))
    return NonInferiority(p_value, margin, None, p_value < alpha)


def noninferior_cost(
    before: Sequence[float], after: Sequence[float], ratio: float, alpha: float = 0.025
) -> NonInferiority:
    """Is the mean cost after at most `ratio` times the one before (1.1: ten percent more)?

    H0: mean(after - ratio * before) >= 0, a one-sided paired t-test on pairs of sessions; the linear form of a
    ratio test (Fieller 1954, J. R. Stat. Soc. B 16:175-185). `bound` is the upper bound of that mean, in the
    unit of the costs. Raises `ValueError` with fewer than two pairs.
    """
    excess = [new - ratio * old for old, new in zip(before, after, strict=True)]
    if len(excess) < 2:
        raise ValueError("non-inferiority of a cost needs at least two pairs")
    mean, error = fmean(excess), stdev(excess) / math.sqrt(len(excess))
    freedom = len(excess) - 1
    bound = mean + float(stdtrit(freedom, 1 - alpha)) * error
    p_value = (0.0 if mean < 0 else 1.0) if error == 0 else float(stdtr(freedom, mean / error))
    return NonInferiority(p_value, ratio, bound, p_value < alpha)
