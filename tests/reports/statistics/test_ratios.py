"""Ratios from sums, against statsmodels' cluster-robust errors and the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from atlas.reports.statistics.intervals import bootstrap_mean, wilson_clustered
from atlas.reports.statistics.ratios import (
    ClusterSums,
    Estimate,
    difference_of,
    mean_of,
    product_of,
    rate_of,
)


def sums(rows: np.ndarray) -> ClusterSums:
    """Rows are clusters, columns measures."""
    return ClusterSums(len(rows), rows.sum(axis=0).tolist(), (rows.T @ rows).tolist())


def sample(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes, groups and clusters: 300 sessions of 40 tasks."""
    draw = np.random.default_rng(seed)
    task = draw.integers(0, 40, 300)
    group = draw.integers(0, 2, 300)
    y = draw.normal(size=300) + draw.normal(size=40)[task] + 0.3 * group
    return y, group, task


def by_task(y: np.ndarray, group: np.ndarray, task: np.ndarray) -> np.ndarray:
    """Columns: sum and count of group 1, sum and count of group 0."""
    rows = [[y[(task == t) & (group == g)].sum() for g in (1, 0)] for t in np.unique(task)]
    counts = [[((task == t) & (group == g)).sum() for g in (1, 0)] for t in np.unique(task)]
    return np.array([[a, m, b, n] for (a, b), (m, n) in zip(rows, counts, strict=True)], dtype=float)


def error(estimate: Estimate | None, clusters: int) -> float:
    from scipy import stats

    assert estimate is not None
    assert estimate.interval is not None
    return (estimate.interval.high - estimate.value) / float(stats.t.ppf(0.975, clusters - 1))


def test_a_difference_has_the_cluster_robust_error_of_a_regression() -> None:
    y, group, task = sample()
    found = difference_of(sums(by_task(y, group, task)), (0, 1), (2, 3))
    fit = sm.OLS(y, sm.add_constant(group.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": task, "use_correction": False}
    )
    assert found is not None
    assert found.value == pytest.approx(fit.params[1])
    assert error(found, 40) == pytest.approx(fit.bse[1] * (40 / 39) ** 0.5)


def test_a_mean_agrees_with_the_bootstrap_of_clusters() -> None:
    y, group, task = sample(2)
    rows = by_task(y, group * 0, task)
    found = mean_of(sums(rows), 2, 3)
    drawn = bootstrap_mean(y.tolist(), task.tolist(), seed=1)
    assert found is not None
    assert found.interval is not None
    assert found.value == pytest.approx(y.mean())
    assert [found.interval.low, found.interval.high] == pytest.approx([drawn.low, drawn.high], abs=0.05)


def test_a_ratio_by_hand() -> None:
    """1, 2, 3, 4 under 2, 4, 5, 9: the ratio is 2, the residuals 0, 0, -1, 1, the error sqrt(4/3 x 2) / 10."""
    found = mean_of(sums(np.array([[2.0, 1], [4, 2], [5, 3], [9, 4]])), 0, 1)
    assert found is not None
    assert found.value == 2.0
    assert error(found, 4) == pytest.approx((4 / 3 * 2) ** 0.5 / 10)


def test_a_product_has_the_error_of_a_jackknife() -> None:
    y, group, task = sample(3)
    rows = by_task(y, group, task)
    draw = np.random.default_rng(4)
    extra = draw.integers(1, 4, size=(len(rows), 2)).astype(float)
    rows = np.hstack([rows, np.minimum(extra, extra[:, :1])[:, ::-1]])
    found = product_of(sums(rows), (4, 5), (0, 1), (2, 3))

    def value(kept: np.ndarray) -> float:
        t = kept.sum(axis=0)
        return float(t[4] / t[5] * (t[0] / t[1] - t[2] / t[3]))

    m = len(rows)
    left_out = np.array([value(np.delete(rows, index, axis=0)) for index in range(m)])
    jackknife = ((m - 1) / m * ((left_out - left_out.mean()) ** 2).sum()) ** 0.5
    assert found is not None
    assert found.value == pytest.approx(value(rows))
    assert error(found, m) == pytest.approx(jackknife, rel=0.05)


def test_a_rate_is_the_clustered_wilson_interval() -> None:
    draw = np.random.default_rng(6)
    task = np.repeat(np.arange(30), 4)
    passed = draw.random(120) < np.repeat(draw.random(30), 4)
    rows = np.array([[passed[task == t].sum(), 4] for t in range(30)], dtype=float)
    found = rate_of(sums(rows), 0, 1, 30)
    expected = wilson_clustered(passed.tolist(), task.tolist())
    assert found is not None
    assert found.interval is not None
    assert [found.interval.low, found.interval.high] == pytest.approx([expected.low, expected.high])
    all_of_them = rate_of(sums(np.array([[4.0, 4]] * 5)), 0, 1, 5)
    expected = wilson_clustered([True] * 20, [n // 4 for n in range(20)])
    assert all_of_them is not None
    assert all_of_them.interval == expected


def test_nothing_is_divided_by_nothing() -> None:
    empty = sums(np.zeros((3, 6)))
    assert mean_of(empty, 0, 1) is None
    assert difference_of(empty, (0, 1), (2, 3)) is None
    assert product_of(empty, (4, 5), (0, 1), (2, 3)) is None
    assert rate_of(empty, 0, 1, 0) is None
    assert mean_of(sums(np.array([[1.0, 2]])), 0, 1) == Estimate(0.5, None)
