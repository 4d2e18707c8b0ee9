"""The statistics against those of statsmodels, on tables and samples at random."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW, ttost_paired

from atlas.reports.statistics.intervals import wilson
from atlas.reports.statistics.multiplicity import benjamini_hochberg
from atlas.reports.statistics.noninferiority import noninferior_cost
from atlas.reports.statistics.paired import PairedCounts, mcnemar_exact
from atlas.reports.statistics.randomized import Arm, Stratum, difference

DRAW = np.random.default_rng(11)


@pytest.mark.parametrize(("passed", "of"), [(0, 7), (7, 7), (13, 40), (199, 200), (81, 263)])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_wilson(passed: int, of: int, level: float) -> None:
    low, high = proportion_confint(passed, of, alpha=1 - level, method="wilson")
    interval = wilson(passed, of, level)
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=1e-12)


@pytest.mark.parametrize("table", DRAW.integers(0, 30, size=(20, 4)).tolist())
def test_mcnemar(table: list[int]) -> None:
    counts = PairedCounts(*table)
    expected = mcnemar([[counts.both, counts.lost], [counts.gained, counts.neither]], exact=True).pvalue
    assert mcnemar_exact(counts) == pytest.approx(expected)


@pytest.mark.parametrize("size", [1, 5, 40])
def test_benjamini_hochberg(size: int) -> None:
    p_values = DRAW.random(size) ** 3
    assert benjamini_hochberg(p_values.tolist()) == pytest.approx(multipletests(p_values, method="fdr_bh")[1])


def test_noninferior_cost() -> None:
    before = DRAW.gamma(4, 0.01, 60)
    after = before * DRAW.normal(1.0, 0.2, 60)
    expected = ttost_paired(after, 1.1 * before, -1e9, 0)[2][1]
    assert noninferior_cost(before.tolist(), after.tolist(), 1.1).p_value == pytest.approx(expected)


def test_the_interval_of_a_difference() -> None:
    shown, withheld = DRAW.random(80), DRAW.random(12) ** 2
    arms = [Arm.of((float(value), 1) for value in values) for values in (shown, withheld)]
    found = difference([Stratum(*arms)])
    low, high = CompareMeans(DescrStatsW(shown), DescrStatsW(withheld)).tconfint_diff(usevar="unequal")
    assert found is not None
    assert [found.interval().low, found.interval().high] == pytest.approx([low, high])
