from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from atlas.reports.statistics.noninferiority import noninferior_cost, noninferior_rate
from atlas.reports.statistics.paired import PairedCounts, tango_interval


def test_the_published_example_is_equivalent_within_ten_points() -> None:
    """Tango (1998): 44 pairs, one lost, margin 0.1: Z = 1.709, p = 0.044 one-sided."""
    result = noninferior_rate(PairedCounts(43, 0, 1, 0), 0.1, alpha=0.05)
    assert result.p_value == pytest.approx(0.0438, abs=1e-4)
    assert result.holds
    assert not noninferior_rate(PairedCounts(43, 0, 1, 0), 0.1).holds, "at the default 2.5 % it is not shown"


def test_a_rate_is_non_inferior_when_the_interval_lies_above_the_margin() -> None:
    for gained in range(12):
        counts = PairedCounts(50, gained, 4, 20)
        assert noninferior_rate(counts, 0.05).holds == (tango_interval(counts).low > -0.05)


def test_a_cost_equals_the_one_sided_t_test() -> None:
    draw = np.random.default_rng(8)
    before = draw.gamma(4, 1.0, size=50)
    after = before * 1.02 + draw.normal(0, 0.3, size=50)
    result = noninferior_cost(list(before), list(after), 1.1)
    expected = stats.ttest_1samp(after - 1.1 * before, 0, alternative="less")
    assert result.p_value == pytest.approx(expected.pvalue, abs=1e-12)
    assert result.bound == pytest.approx(expected.confidence_interval(0.975).high, abs=1e-12)
    assert result.holds == (expected.pvalue < 0.025)


@pytest.mark.parametrize(("factor", "holds"), [(1.0, True), (1.2, False)])
def test_a_cost_without_variation_is_decided_by_its_mean(factor: float, holds: bool) -> None:
    assert noninferior_cost([2.0] * 5, [2.0 * factor] * 5, 1.1).holds is holds


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two pairs"):
        noninferior_cost([1.0], [1.0], 1.1)
    with pytest.raises(ValueError, match="needs pairs and a margin"):
        noninferior_rate(PairedCounts(0, 0, 0, 0), 0.1)
    with pytest.raises(ValueError, match="needs pairs and a margin"):
        noninferior_rate(PairedCounts(1, 0, 0, 0), 0.0)
