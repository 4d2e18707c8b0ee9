"""Randomized arms, against published examples, scipy and what is known of random numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from atlas.reports.statistics.randomized import Arm, Stratum, difference, newcombe, null_error, randomization_test

# Survival of mice in days: Efron & Tibshirani (1993), An Introduction to the Bootstrap, table 2.1.
TREATED, CONTROL = [94, 197, 16, 38, 99, 141, 23], [52, 104, 146, 10, 51, 30, 40, 27, 46]


def arm(values: Sequence[float]) -> Arm:
    return Arm.of((float(value), 1) for value in values)


def stratum(treated: Sequence[float], control: Sequence[float]) -> Stratum:
    return Stratum(arm(treated), arm(control))


def counted(passed: int, of: int) -> Arm:
    return Arm.of([(1.0, passed), (0.0, of - passed)])


MICE = stratum(TREATED, CONTROL)


def test_an_arm_is_its_values() -> None:
    gathered = Arm.of([(1.0, 2), (0.5, 1), (1.0, 1)])
    assert gathered == Arm((0.5, 1.0), (1, 3))
    assert gathered.n == 4
    assert arm(TREATED).mean == pytest.approx(np.mean(TREATED))
    assert arm(TREATED).variance == pytest.approx(np.var(TREATED, ddof=1))
    assert arm([1]).variance is None


def test_the_mice_have_the_published_difference_and_error() -> None:
    """Mean 86.86 and 56.22, difference 30.63 with error 28.93 from the errors 25.24 and 14.14: table 2.1."""
    found = difference([MICE])
    assert found is not None
    assert found.value == pytest.approx(30.63, abs=0.005)
    assert found.error == pytest.approx(28.93, abs=0.01)
    expected = stats.ttest_ind(TREATED, CONTROL, equal_var=False).confidence_interval(0.95)
    interval = found.interval()
    assert [interval.low, interval.high] == pytest.approx([expected.low, expected.high])
    assert (found.treated, found.control) == (7, 9)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # Newcombe (1998), table II, method 10.
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_newcombe_gives_the_published_intervals(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    interval = newcombe([Stratum(counted(*counts[:2]), counted(*counts[2:]))])
    assert interval is not None
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=5e-5)


def test_newcombe_agrees_with_statsmodels() -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    for a, m, b, n in [(17, 30, 8, 25), (90, 180, 12, 20), (3, 40, 9, 11)]:
        interval = newcombe([Stratum(counted(a, m), counted(b, n))])
        assert interval is not None
        expected = confint_proportions_2indep(a, m, b, n, method="newcomb", compare="diff")
        assert [interval.low, interval.high] == pytest.approx(expected, abs=1e-9)


def test_the_permutation_p_of_the_mice() -> None:
    """By all 11,440 assignments; 1,000 of them gave the book 0.132 for one side (chapter 15)."""

    def mean_difference(x: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
        return np.asarray(np.mean(x, axis=axis) - np.mean(y, axis=axis))

    expected = stats.permutation_test((TREATED, CONTROL), mean_difference, vectorized=True, n_resamples=np.inf)
    assert randomization_test([MICE], seed=1, resamples=2_000) == pytest.approx(expected.pvalue, abs=0.03)
    assert randomization_test([MICE], seed=1, resamples=2_000) / 2 == pytest.approx(0.132, abs=0.02)
    assert randomization_test([MICE], seed=1) == randomization_test([MICE], seed=1)


def test_small_p_values_get_their_resamples() -> None:
    sure = Stratum(counted(170, 180), counted(4, 20))
    assert randomization_test([sure], seed=1) == pytest.approx(2 / 20_001)
    fisher = stats.fisher_exact([[18, 12], [8, 22]]).pvalue
    balanced = Stratum(counted(18, 30), counted(8, 30))
    assert randomization_test([balanced], seed=2, resamples=100_000) == pytest.approx(fisher, abs=2e-3)


def test_the_level_is_kept_under_the_null_with_few_withheld_and_skewed_outcomes() -> None:
    draw, rejected, runs = np.random.default_rng(5), 0, 800
    for _ in range(runs):
        outcomes = np.where(draw.random(80) < 0.8, 1.0, draw.random(80).round(1) / 2)
        held = draw.random(80) < 0.12
        if 0 < held.sum() < 80:
            made = stratum(outcomes[~held].tolist(), outcomes[held].tolist())
            rejected += randomization_test([made], seed=3, resamples=999) <= 0.05
    assert rejected / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


def test_different_chances_are_compared_within_themselves() -> None:
    """Early sessions fail more and were withheld more often; pooled, withholding itself would seem to harm."""
    early = Stratum(counted(10, 50), counted(10, 50))
    late = Stratum(counted(81, 90), counted(9, 10))
    found = difference([early, late])
    assert found is not None
    assert found.value == pytest.approx(0.0)
    assert randomization_test([early, late], seed=1) > 0.9
    pooled = Stratum(counted(91, 140), counted(19, 60))
    naive = difference([pooled])
    assert naive is not None
    assert naive.value > 0.3
    interval = newcombe([early, late])
    assert interval is not None
    assert 0 in interval


def test_strata_are_weighted_by_what_their_numbers_tell() -> None:
    """As the coefficient of the treatment in a regression with an intercept for each stratum."""
    one, other = Stratum(counted(60, 80), counted(10, 20)), Stratum(counted(50, 150), counted(10, 150))
    found = difference([one, other])
    assert found is not None
    weights = np.array([80 * 20 / 100, 150 * 150 / 300])
    assert found.value == pytest.approx(weights @ [0.25, 40 / 150] / weights.sum())
    outcomes, design = [], []
    for place, each in enumerate((one, other)):
        for treated, group in ((1.0, each.treated), (0.0, each.control)):
            for value, count in zip(group.values, group.counts, strict=True):
                outcomes += [value] * count
                design += [[treated, float(place == 0), float(place == 1)]] * count
    slope = np.linalg.lstsq(np.array(design), np.array(outcomes), rcond=None)[0][0]
    assert found.value == pytest.approx(slope)


def test_many_outcomes_need_no_draws() -> None:
    """The normal p-value is that of the draws, and it may be smaller than any number of draws could give."""
    close = Stratum(counted(780, 1000), counted(370, 500))
    expected = stats.fisher_exact([[780, 220], [370, 130]]).pvalue
    assert randomization_test([close], seed=1) == pytest.approx(expected, rel=0.15)
    assert randomization_test([close], seed=1) == randomization_test([close], seed=2)
    few = Stratum(counted(390, 500), counted(185, 250))
    assert randomization_test([few], seed=1) != randomization_test([few], seed=2)
    sure = Stratum(counted(900, 1000), counted(300, 500))
    assert randomization_test([sure], seed=1) < 1e-20


def test_the_null_error_is_that_of_all_assignments() -> None:
    """Of four outcomes two are treated: six assignments."""
    outcomes = [0.0, 0.5, 0.5, 1.0]
    made = stratum(outcomes[:2], outcomes[2:])
    every = [2 * (outcomes[i] + outcomes[j]) / 2 - sum(outcomes) / 2 for i in range(4) for j in range(i)]
    assert null_error([made]) == pytest.approx(np.std(every))
    assert null_error([]) == 0.0


def test_without_both_arms_there_is_nothing_to_say() -> None:
    alone = Stratum(counted(5, 9), Arm((), ()))
    assert difference([alone]) is None
    assert newcombe([alone]) is None
    assert randomization_test([alone], seed=1) == 1.0
    assert difference([]) is None


def test_equal_outcomes_show_no_difference_and_one_outcome_borrows_a_variance() -> None:
    same = Stratum(counted(8, 8), counted(3, 3))
    found = difference([same])
    assert found is not None
    assert (found.value, found.error) == (0.0, 0.0)
    assert randomization_test([same], seed=1) == 1.0
    single = difference([stratum([0, 1, 1, 0], [1])])
    assert single is not None
    assert single.error > 0.5
