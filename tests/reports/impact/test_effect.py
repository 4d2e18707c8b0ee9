"""The effect of an entry, from what chance withheld."""

from __future__ import annotations

import pytest

from atlas.core.impact import Outcomes, Treatment
from atlas.reports.impact.effect import reward_effect, success_effect
from tests.reports.impact.evidences import drawn, evidence


def test_both_effects_of_a_helpful_entry() -> None:
    outcomes = evidence(drawn([1.0] * 80 + [0.3] * 20, [1.0] * 8 + [0.3] * 12)).outcomes
    reward, success = reward_effect(outcomes, 1), success_effect(outcomes, 1)
    assert reward is not None
    assert success is not None
    assert reward.difference == pytest.approx(0.86 - 0.58)
    assert (reward.shown, reward.withheld) == (100, 20)
    assert (reward.shown_mean, reward.withheld_mean) == pytest.approx((0.86, 0.58))
    assert reward.difference in reward.interval
    assert reward.interval.low > 0
    assert reward.p_value < 0.02
    assert success.difference == pytest.approx(0.4)
    assert success.interval.low > 0


def test_an_outcome_that_nothing_checked_has_a_reward_but_no_success() -> None:
    cells: list[tuple[Treatment, float]] = [("shown", 0.9), ("shown", 0.4), ("withheld", 0.8), ("withheld", 0.1)]
    outcomes = [Outcomes(treatment, 0.1, reward, None, 5) for treatment, reward in cells]
    assert reward_effect(outcomes, 1) is not None
    assert success_effect(outcomes, 1) is None


def test_rates_are_compared_within_themselves() -> None:
    """A student that gets better while less and less is withheld is no effect of the entry."""
    early = drawn([0.0] * 40 + [1.0] * 10, [0.0] * 40 + [1.0] * 10, rate=0.5)
    late = drawn([1.0] * 81 + [0.0] * 9, [1.0] * 9 + [0.0], rate=0.1)
    effect = reward_effect(evidence(early + late).outcomes, 1)
    assert effect is not None
    assert effect.difference == pytest.approx(0)
    assert effect.p_value > 0.9


@pytest.mark.parametrize(("shown", "withheld"), [([1.0] * 9, []), ([], [1.0] * 9), ([], []), ([1.0], [0.0])])
def test_one_arm_alone_says_nothing(shown: list[float], withheld: list[float]) -> None:
    seen = drawn(shown, withheld)
    outcomes = evidence(seen).outcomes if seen else ()
    assert reward_effect(outcomes, 1) is None
    assert success_effect(outcomes, 1) is None


def test_equal_rewards_everywhere_are_no_effect() -> None:
    effect = reward_effect(evidence(drawn([0.5] * 30, [0.5] * 12)).outcomes, 1)
    assert effect is not None
    assert (effect.difference, effect.p_value, effect.detectable) == (0.0, 1.0, 0.0)
