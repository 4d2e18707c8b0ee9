from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from atlas.reports.statistics.paired import PairedCounts, mcnemar_exact
from atlas.reports.statistics.power import (
    conclude,
    detectable_difference,
    difference_power,
    mcnemar_power,
    minimal_detectable_effect,
)


def by_enumeration(pairs: int, discordance: float, difference: float) -> float:
    """Every table of `pairs` pairs, weighted by its probability."""
    gained, lost = (discordance + difference) / 2, (discordance - difference) / 2
    total = 0.0
    for g in range(pairs + 1):
        for x in range(pairs - g + 1):
            if mcnemar_exact(PairedCounts(0, g, x, pairs - g - x)) <= 0.05:
                rest = 1 - gained - lost
                total += float(stats.multinomial.pmf([g, x, pairs - g - x], pairs, [gained, lost, rest]))
    return total


@pytest.mark.parametrize(("pairs", "discordance", "difference"), [(12, 0.6, 0.5), (25, 0.4, 0.3), (20, 0.3, 0.0)])
def test_power_is_the_probability_of_the_tables_that_reject(
    pairs: int, discordance: float, difference: float
) -> None:
    expected = by_enumeration(pairs, discordance, difference)
    assert mcnemar_power(pairs, discordance, difference) == pytest.approx(expected, abs=1e-9)


def test_power_near_the_published_sample_size() -> None:
    """Connor (1987): 23 pairs for 0.45 against 0.05 at power 0.8, by the normal approximation; exact needs more."""
    assert mcnemar_power(23, 0.5, 0.4) == pytest.approx(0.8, abs=0.12)
    assert mcnemar_power(23, 0.5, 0.4) < 0.8 < mcnemar_power(30, 0.5, 0.4)


def test_power_of_an_impossible_difference_is_refused() -> None:
    with pytest.raises(ValueError, match="impossible"):
        mcnemar_power(50, 0.1, 0.2)
    assert mcnemar_power(50, 0.0, 0.0) == 0.0


def test_the_detectable_effect_is_found_four_times_in_five() -> None:
    effect = minimal_detectable_effect(80, 0.25)
    assert effect is not None
    assert mcnemar_power(80, 0.25, effect) == pytest.approx(0.8, abs=1e-3)
    draw = np.random.default_rng(5)
    tables = draw.multinomial(80, [(0.25 + effect) / 2, (0.25 - effect) / 2, 0.75], size=600)
    found = [mcnemar_exact(PairedCounts(0, int(g), int(x), int(r))) <= 0.05 for g, x, r in tables]
    assert float(np.mean(found)) == pytest.approx(0.8, abs=0.05)


def test_the_detectable_effect_resembles_the_normal_approximation() -> None:
    """n = (z_a sqrt(c) + z_b sqrt(c - d^2))^2 / d^2, Connor (1987), solved for d."""
    effect = minimal_detectable_effect(400, 0.2)
    assert effect is not None
    n = (1.959964 * math.sqrt(0.2) + 0.841621 * math.sqrt(0.2 - effect**2)) ** 2 / effect**2
    assert n == pytest.approx(400, rel=0.12)


def test_the_detectable_effect_shrinks_with_pairs_and_grows_with_noise() -> None:
    by_pairs = [minimal_detectable_effect(pairs, 0.2) or math.inf for pairs in (20, 50, 100, 400, 1000)]
    assert by_pairs == sorted(by_pairs, reverse=True)
    assert len(set(by_pairs)) == 5
    assert (minimal_detectable_effect(100, 0.1) or 0) < (minimal_detectable_effect(100, 0.4) or 0)


def test_too_few_pairs_can_detect_nothing() -> None:
    assert minimal_detectable_effect(0, 0.2) is None
    assert minimal_detectable_effect(5, 0.2) is None
    assert minimal_detectable_effect(6, 0.2) is not None


@pytest.mark.parametrize(
    ("p_value", "difference", "detectable", "conclusion"),
    [
        (0.01, 0.1, 0.3, "better"),
        (0.01, -0.1, 0.3, "worse"),
        (0.4, 0.1, 0.3, "underpowered"),
        (0.4, 0.1, None, "underpowered"),
        (0.4, 0.01, 0.04, "no difference found"),
    ],
)
def test_what_may_be_concluded(
    p_value: float, difference: float, detectable: float | None, conclusion: str
) -> None:
    assert conclude(p_value, difference, detectable, smallest_effect=0.05) == conclusion


def test_the_power_of_a_difference_agrees_with_statsmodels() -> None:
    from statsmodels.stats.power import NormalIndPower

    for treated, control, deviation, effect in [(180, 20, 0.4, 0.2), (100, 100, 0.5, 0.2), (30, 40, 1.0, 0.1)]:
        expected = NormalIndPower().power(effect / deviation, treated, 0.05, control / treated)
        assert difference_power(treated, control, deviation, effect) == pytest.approx(expected)
        least = NormalIndPower().solve_power(None, treated, 0.05, 0.8, control / treated)
        assert detectable_difference(treated, control, deviation) == pytest.approx(least * deviation, rel=1e-4)


def test_lehrs_rule() -> None:
    """16 over the squared standardized difference in each arm gives 80 % power: Lehr (1992)."""
    found = detectable_difference(64, 64, 1.0)
    assert found == pytest.approx(0.5, abs=0.006)
    assert difference_power(64, 64, 1.0, 0.5) == pytest.approx(0.8, abs=0.01)


def test_an_empty_arm_finds_nothing() -> None:
    assert detectable_difference(0, 9, 1.0) is None
    assert difference_power(9, 0, 1.0, 0.5) == 0.0
    assert difference_power(9, 9, 0.0, 0.5) == 1.0
