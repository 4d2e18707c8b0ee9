"""Sequential tests: the level over all looks together, the power, and the formula by integration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from atlas.reports.statistics.randomized import Arm, Stratum, difference, null_error, randomization_test
from atlas.reports.statistics.sequential import always_valid_p

LOOKS = range(40, 400, 20)


def looked(draw: np.random.Generator, effect: float) -> tuple[bool, bool]:
    """Whether either test ever rejected at 0.05 while 400 sessions came in, a fifth of them withheld."""
    withheld = draw.random(400) < 0.2
    passed = draw.random(400) < np.where(withheld, 0.6 - effect, 0.6)
    outcomes = np.where(passed, 1.0, 0.25)
    always = once = False
    for n in LOOKS:
        arms = [Arm.of((float(v), 1) for v in outcomes[:n][side]) for side in (~withheld[:n], withheld[:n])]
        strata = [Stratum(*arms)]
        found = difference(strata)
        assert found is not None
        always = always or always_valid_p(found.value, null_error(strata), 0.2) <= 0.05
        once = once or randomization_test(strata, seed=1, resamples=500) <= 0.05
    return always, once


def test_the_level_is_kept_over_all_looks_where_a_test_for_one_look_loses_it() -> None:
    draw, runs = np.random.default_rng(11), 300
    results = [looked(draw, 0.0) for _ in range(runs)]
    always, once = (sum(side) / runs for side in zip(*results, strict=True))
    assert always <= 0.05
    assert once > 0.12


def test_an_effect_is_found_all_the_same() -> None:
    draw = np.random.default_rng(12)
    assert sum(looked(draw, 0.35)[0] for _ in range(60)) / 60 > 0.8


def test_it_is_the_inverse_of_the_mixture_likelihood_ratio() -> None:
    value, error, scale = 0.31, 0.08, 0.2

    def likelihood(effect: float) -> float:
        return float(stats.norm.pdf(value, effect, error) * stats.norm.pdf(effect, 0, scale))

    mixed, _ = integrate.quad(likelihood, -2, 2, points=[0.3])
    expected = stats.norm.pdf(value, 0, error) / mixed
    assert always_valid_p(value, error, scale) == pytest.approx(expected)


def test_nothing_is_found_in_nothing() -> None:
    assert always_valid_p(0.0, 0.1, 0.2) == 1.0
    assert always_valid_p(0.5, 0.0, 0.2) == 1.0
