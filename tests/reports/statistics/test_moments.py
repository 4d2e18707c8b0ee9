"""Moments against the same figures from the values themselves, and against statsmodels."""

from __future__ import annotations

import random

import numpy as np
import pytest
import statsmodels.api as sm

from atlas.core.thread import Moments, SharedMoments
from atlas.reports.statistics.intervals import wilson_clustered
from atlas.reports.statistics.moments import (
    difference,
    mean_error,
    mean_interval,
    moments,
    rate_interval,
    shared_moments,
)

Values = list[tuple[str, float]]


def sample(seed: int, tasks: int, sessions: int, shift: float = 0.0) -> Values:
    """Values whose task matters, tasks of uneven size."""
    draw = random.Random(seed)
    level = {f"t{number}": draw.random() for number in range(tasks)}
    names = [f"t{min(draw.randrange(tasks), draw.randrange(tasks))}" for _ in range(sessions)]
    return [(name, level[name] + shift + draw.gauss(0, 0.2)) for name in names]


def fitted(first: Values, second: Values) -> tuple[float, float]:
    """Slope on membership in `second` and its clustered error, from statsmodels, without its n - k correction."""
    y = np.array([value for _, value in (*first, *second)])
    group = np.array([0.0] * len(first) + [1.0] * len(second))
    names = [name for name, _ in (*first, *second)]
    codes = np.array([sorted(set(names)).index(name) for name in names])
    fit = sm.OLS(y, sm.add_constant(group)).fit(
        cov_type="cluster", cov_kwds={"groups": codes, "use_correction": False}
    )
    m = len(set(names))
    return float(fit.params[1]), float(fit.bse[1]) * (m / (m - 1)) ** 0.5


@pytest.mark.parametrize("seed", range(6))
def test_a_difference_is_the_clustered_regression(seed: int) -> None:
    first, second = sample(seed, 15, 60), sample(seed + 100, 22, 45, 0.1)
    found = difference(moments(first), moments(second), shared_moments(first, second))
    assert found is not None
    assert (found.value, found.error) == pytest.approx(fitted(first, second), rel=1e-9)
    assert found.interval is not None
    assert found.value in found.interval


def test_a_mean_has_the_clustered_error_of_a_regression_on_a_constant() -> None:
    values = sample(3, 12, 50)
    y, names = np.array([value for _, value in values]), [name for name, _ in values]
    fit = sm.OLS(y, np.ones(len(y))).fit(
        cov_type="cluster",
        cov_kwds={"groups": np.array([int(name[1:]) for name in names]), "use_correction": False},
    )
    m = len(set(names))
    assert mean_error(moments(values)) == pytest.approx(float(fit.bse[0]) * (m / (m - 1)) ** 0.5)


def test_one_session_a_task_is_the_textbook_error() -> None:
    values = [(str(n), float(n)) for n in range(10)]
    assert mean_error(moments(values)) == pytest.approx(np.std(range(10), ddof=1) / 10**0.5)
    interval = mean_interval(moments(values))
    assert interval is not None
    # Student's t with 9 degrees of freedom: 2.262.
    assert interval.high - 4.5 == pytest.approx(2.26216 * 0.957427, rel=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_a_rate_has_the_interval_of_its_outcomes(seed: int) -> None:
    outcomes = [(name, value > 0.5) for name, value in sample(seed, 9, 40)]
    interval = rate_interval(moments((name, float(passed)) for name, passed in outcomes))
    expected = wilson_clustered([passed for _, passed in outcomes], [name for name, _ in outcomes])
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_what_cannot_be_estimated_has_no_error() -> None:
    constant = moments([(str(n), 0.7) for n in range(30)])
    one_task = moments([("t", 0.1), ("t", 0.9)])
    assert constant.mean == pytest.approx(0.7)
    assert mean_error(constant) is None
    assert mean_error(one_task) is None
    assert mean_interval(Moments()) is None
    same = difference(constant, constant, SharedMoments(30, 30 * 0.49, 30 * 0.7, 30 * 0.7, 30))
    assert same is not None
    assert (same.value, same.error, same.interval, same.detectable) == (0.0, None, None, None)
    assert difference(constant, Moments(), SharedMoments(30)) is None
    alone = difference(one_task, one_task, SharedMoments(1))
    assert alone is not None
    assert alone.error is None
    assert (rate_interval(Moments()).low, rate_interval(Moments()).high) == (0.0, 1.0)


def test_large_equal_numbers_have_no_error_from_rounding() -> None:
    assert mean_error(moments([(str(n % 37), 65_536.7) for n in range(5_000)])) is None


def test_the_interval_covers_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(300):
        first, second = sample(seed, 20, 40), sample(seed, 20, 40)
        rest = [(name, value + random.Random(f"{seed}{n}").gauss(0, 0.2)) for n, (name, value) in enumerate(second)]
        found = difference(moments(first), moments(rest), shared_moments(first, rest))
        assert found is not None
        assert found.interval is not None
        covered += 0.0 in found.interval
    assert 0.91 <= covered / 300 <= 0.99


def test_the_detectable_difference_is_found_four_times_in_five() -> None:
    draw = np.random.default_rng(7)
    found = 0
    for _ in range(400):
        first = [(str(n), float(value)) for n, value in enumerate(draw.normal(0, 1, 60))]
        known = 2.88 * (1 / 60 + 1 / 60) ** 0.5
        second = [(f"b{n}", float(value)) for n, value in enumerate(draw.normal(known, 1, 60))]
        seen = difference(moments(first), moments(second), shared_moments(first, second))
        assert seen is not None
        assert seen.interval is not None
        assert seen.detectable == pytest.approx(known, rel=0.25)
        found += seen.interval.low > 0
    assert 0.74 <= found / 400 <= 0.88
