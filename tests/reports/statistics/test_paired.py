from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from atlas.reports.statistics.paired import (
    PairedCounts,
    mcnemar_exact,
    sign_flip_test,
    tango_interval,
    tango_score,
)

# Airway reactivity (Bentur et al. 2009) and response to therapy (Cavo et al. 2012): the examples of Fagerland,
# Lydersen & Laake (2014), Statistics in Medicine 33:2850-2875, and of their book of 2017, chapter 8.
BENTUR = PairedCounts(both=1, gained=1, lost=7, neither=12)
CAVO = PairedCounts(both=59, gained=16, lost=6, neither=80)
# Disinfection of contact lenses: the example of Tango (1998).
LENSES = PairedCounts(both=43, gained=0, lost=1, neither=0)

tables = st.builds(PairedCounts, *[st.integers(0, 40)] * 4).filter(lambda counts: counts.pairs > 0)


def test_counts_of_pairs() -> None:
    counts = PairedCounts.of([True, True, False, False, False], [True, False, True, True, False])
    assert counts == PairedCounts(both=1, gained=2, lost=1, neither=1)
    assert (counts.pairs, counts.discordant) == (5, 3)
    assert counts.difference == pytest.approx(0.2)
    assert PairedCounts.of([], []).difference == 0.0
    with pytest.raises(ValueError, match="zip"):
        PairedCounts.of([True], [])


@pytest.mark.parametrize(("counts", "p"), [(BENTUR, 0.0703), (CAVO, 0.052479)])
def test_exact_mcnemar_gives_the_published_p_values(counts: PairedCounts, p: float) -> None:
    assert mcnemar_exact(counts) == pytest.approx(p, abs=5e-5)


@pytest.mark.parametrize(("counts", "p"), [(BENTUR, 0.0391), (CAVO, 0.034690)])
def test_mid_p_mcnemar_gives_the_published_p_values(counts: PairedCounts, p: float) -> None:
    assert mcnemar_exact(counts, mid_p=True) == pytest.approx(p, abs=5e-5)


@given(tables)
def test_exact_mcnemar_is_the_two_sided_sign_test(counts: PairedCounts) -> None:
    expected = stats.binomtest(counts.gained, counts.discordant).pvalue if counts.discordant else 1.0
    assert mcnemar_exact(counts) == pytest.approx(expected, abs=1e-12)
    assert 0 < mcnemar_exact(counts, mid_p=True) <= mcnemar_exact(counts)


def test_exact_mcnemar_keeps_its_level() -> None:
    """Under the null hypothesis the chance of p < 0.05 is at most 0.05, for every number of discordant pairs."""
    for discordant in range(1, 60):
        rejected = [
            gained
            for gained in range(discordant + 1)
            if mcnemar_exact(PairedCounts(0, gained, discordant - gained, 0)) < 0.05
        ]
        assert sum(stats.binom.pmf(rejected, discordant, 0.5)) <= 0.05


@pytest.mark.parametrize(
    ("counts", "level", "low", "high"),
    [
        (BENTUR, 0.95, -0.517, -0.026),
        (CAVO, 0.95, 0.0054, 0.1240),
        (LENSES, 0.90, -0.096, 0.037),
        # R, PropCIs::scoreci.mp(60, 20, 1000) and scoreci.mp(25, 28, 618).
        (PairedCounts(0, 20, 60, 920), 0.95, -0.0584, -0.0231),
        (PairedCounts(0, 28, 25, 565), 0.90, -0.0148, 0.0247),
    ],
)
def test_tango_gives_the_published_intervals(counts: PairedCounts, level: float, low: float, high: float) -> None:
    interval = tango_interval(counts, level)
    digits = 5e-4 if round(low, 3) == low else 5e-5
    assert [interval.low, interval.high] == pytest.approx([low, high], abs=digits)


def test_tango_gives_the_published_score() -> None:
    assert tango_score(LENSES, -0.1) == pytest.approx(1.709, abs=5e-4)


@given(tables)
def test_tango_interval_holds_the_estimate_and_mirrors(counts: PairedCounts) -> None:
    interval = tango_interval(counts)
    mirrored = tango_interval(PairedCounts(counts.both, counts.lost, counts.gained, counts.neither))
    assert -1 <= interval.low <= counts.difference + 1e-9
    assert counts.difference - 1e-9 <= interval.high <= 1
    assert interval.low == pytest.approx(-mirrored.high, abs=1e-9)
    assert interval.low < interval.high


@given(tables)
def test_tango_bounds_solve_the_score_equation(counts: PairedCounts) -> None:
    interval = tango_interval(counts)
    for bound, z in ((interval.low, 1.959964), (interval.high, -1.959964)):
        if abs(bound) < 1 - 1e-9:
            assert tango_score(counts, bound) == pytest.approx(z, abs=1e-3)


def test_tango_interval_at_the_edges() -> None:
    assert tango_interval(PairedCounts(0, 0, 0, 0)).low == -1.0
    assert tango_interval(PairedCounts(0, 8, 0, 0)).high == 1.0
    assert tango_interval(PairedCounts(0, 0, 8, 0)).low == -1.0
    still = tango_interval(PairedCounts(5, 0, 0, 5))
    assert still.high == pytest.approx(1.959964**2 / (10 + 1.959964**2), abs=1e-6)


def test_tango_interval_covers_about_as_often_as_it_says() -> None:
    draw = np.random.default_rng(2)
    tables = draw.multinomial(60, [0.5, 0.2, 0.05, 0.25], size=400)
    covered = [0.15 in tango_interval(PairedCounts(*map(int, table))) for table in tables]
    assert 0.92 < float(np.mean(covered)) < 0.98


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), max_size=16))
def test_flipping_single_pairs_is_exact_mcnemar(changes: list[float]) -> None:
    counts = PairedCounts(0, changes.count(1.0), changes.count(-1.0), changes.count(0.0))
    assert sign_flip_test(changes, seed=0) == pytest.approx(mcnemar_exact(counts), abs=1e-12)


def test_sign_flips_equal_scipy_on_few_pairs() -> None:
    values = stats.norm(0.4).rvs(11, random_state=4)
    expected = stats.permutation_test(
        (values, np.zeros(11)), lambda x, y: float(np.sum(x - y)), permutation_type="samples", n_resamples=np.inf
    )
    assert sign_flip_test(list(values), seed=0) == pytest.approx(expected.pvalue, abs=1e-9)


def test_sampled_sign_flips_come_near_the_exact_test() -> None:
    counts = PairedCounts(0, 26, 12, 0)
    changes = [1.0] * 26 + [-1.0] * 12
    sampled = sign_flip_test(changes, seed=1)
    assert sampled == pytest.approx(mcnemar_exact(counts), abs=0.005)
    assert sampled == sign_flip_test(changes, seed=1)
    assert sampled != sign_flip_test(changes, seed=2)


def test_a_sampled_p_value_is_never_zero() -> None:
    assert sign_flip_test([1.0] * 100, seed=0, resamples=99) == pytest.approx(0.01)


def test_trials_of_one_task_flip_together() -> None:
    changes = [1.0] * 12
    assert sign_flip_test(changes, seed=0) == pytest.approx(2 / 2**12)
    assert sign_flip_test(changes, [place // 4 for place in range(12)], seed=0) == pytest.approx(2 / 2**3)


def test_nothing_changed() -> None:
    assert mcnemar_exact(PairedCounts(3, 0, 0, 4)) == 1.0
    assert sign_flip_test([0.0, 0.0], seed=0) == 1.0
    assert sign_flip_test([1.0, -1.0], "aa", seed=0) == 1.0
