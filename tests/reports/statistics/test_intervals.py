from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from atlas.reports.statistics.intervals import (
    Interval,
    bootstrap_mean,
    design_effect,
    paired_bootstrap,
    wilson,
    wilson_clustered,
    z_value,
)

# Pups that survived and litter sizes of Weil (1970), as in table 1 of Rao & Scott (1992).
CONTROL = "13/13 12/12 9/9 9/9 8/8 8/8 12/13 11/12 9/10 9/10 8/9 11/13 4/5 5/7 7/10 7/10"
TREATED = "12/12 11/11 10/10 9/9 10/11 9/10 9/10 8/9 8/9 4/5 7/9 4/7 5/10 3/6 3/10 0/7"


def litters(text: str) -> tuple[list[bool], list[int]]:
    outcomes: list[bool] = []
    clusters: list[int] = []
    for litter, entry in enumerate(text.split()):
        alive, size = map(int, entry.split("/"))
        outcomes += [True] * alive + [False] * (size - alive)
        clusters += [litter] * size
    return outcomes, clusters


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_intervals(successes: int, trials: int, low: float, high: float) -> None:
    """Table I, method 3, of Newcombe (1998), Statistics in Medicine 17:857-872."""
    interval = wilson(successes, trials)
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_equals_scipy_and_holds_the_estimate(counts: tuple[int, int], level: float) -> None:
    successes, trials = counts
    expected = stats.binomtest(successes, trials).proportion_ci(level, method="wilson")
    interval = wilson(successes, trials, level)
    assert interval.low == pytest.approx(expected.low, abs=1e-9)
    assert interval.high == pytest.approx(expected.high, abs=1e-9)
    assert successes / trials in interval


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_wilson_moves_up_with_a_success_and_narrows_with_trials(counts: tuple[int, int]) -> None:
    successes, trials = counts
    here, better = wilson(successes, trials), wilson(successes + 1, trials)
    assert here.low < better.low
    assert here.high < better.high
    more = wilson(successes * 4, trials * 4)
    assert more.high - more.low < here.high - here.low


def test_without_trials_anything_is_possible() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)
    assert wilson_clustered([], []) == Interval(0.0, 1.0)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_wilson_covers_about_as_often_as_it_says(p: float) -> None:
    """Exact coverage at n = 40, averaged over p near the one named."""
    ps = np.linspace(p - 0.05, p + 0.05, 41)
    covered = sum(stats.binom.pmf(k, 40, ps) * [q in wilson(k, 40) for q in ps] for k in range(41))
    assert 0.93 < float(np.mean(covered)) < 0.975


@pytest.mark.parametrize(("text", "published"), [(CONTROL, 1.232495), (TREATED, 3.952861)])
def test_design_effect_of_the_published_litters(text: str, published: float) -> None:
    outcomes, clusters = litters(text)
    assert design_effect([float(alive) for alive in outcomes], clusters) == pytest.approx(published, abs=1e-6)


def test_design_effect_where_it_cannot_be_estimated() -> None:
    assert design_effect([1.0, 0.0, 1.0], "abc") == 1.0, "one value a cluster"
    assert design_effect([1.0, 0.0, 1.0], "aaa") == 3.0, "one cluster counts once"
    assert design_effect([1.0, 1.0, 1.0, 1.0], "aabb") == 2.0, "no variation: clusters count, not values"
    assert design_effect([1.0, 0.0, 1.0, 0.0], "aabb") == 1.0, "never below one"


def test_repeating_a_task_is_no_new_evidence() -> None:
    outcomes = [True, False, True, True, False, True, True, True]
    once = wilson_clustered(outcomes, range(8))
    assert once == wilson(6, 8)
    thrice = wilson_clustered([o for o in outcomes for _ in range(3)], [t for t in range(8) for _ in range(3)])
    assert thrice.high - thrice.low == pytest.approx(once.high - once.low, rel=0.1)
    assert thrice.high - thrice.low > wilson(18, 24).high - wilson(18, 24).low


def test_bootstrap_agrees_with_scipy_on_single_values() -> None:
    values = stats.expon(scale=3).rvs(60, random_state=1)
    ours = bootstrap_mean(list(values), range(60), seed=3)
    theirs = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=10_000, rng=5)
    assert ours.low == pytest.approx(theirs.confidence_interval.low, rel=0.02)
    assert ours.high == pytest.approx(theirs.confidence_interval.high, rel=0.02)


def test_bootstrap_is_seeded_and_respects_clusters() -> None:
    values = [cluster**1.5 for cluster in range(12) for _ in range(3)]
    clusters = [place // 3 for place in range(36)]
    clustered = bootstrap_mean(values, clusters, seed=1)
    assert clustered == bootstrap_mean(values, clusters, seed=1)
    assert clustered != bootstrap_mean(values, clusters, seed=2)
    single = bootstrap_mean(values, range(36), seed=1)
    assert clustered.high - clustered.low > 1.4 * (single.high - single.low)


def test_bootstrap_of_one_cluster_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two clusters, got 1"):
        bootstrap_mean([1.0, 0.0], "aa", seed=0)


def test_bootstrap_covers_about_as_often_as_it_says() -> None:
    draw = np.random.default_rng(11)
    samples = draw.normal(2.0, 1.0, size=(300, 40))
    covered = [2.0 in bootstrap_mean(list(s), range(40), seed=1, resamples=800) for s in samples]
    assert 0.90 < float(np.mean(covered)) < 0.985


def test_paired_bootstrap_keeps_pairs_together() -> None:
    before = [float(n) for n in range(40)]
    after = [n + 1.0 for n in before]
    assert paired_bootstrap(before, after, range(40), seed=0) == Interval(1.0, 1.0)
    with pytest.raises(ValueError, match="zip"):
        paired_bootstrap(before, after[1:], range(40), seed=0)


def test_z_value() -> None:
    assert z_value(0.95) == pytest.approx(1.959964, abs=1e-6)
