"""The reward: weights, missing judges, and what a failure is worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.core.verdicts import JudgeCall, Judgement, PanelVerdict, RewardPart, Verdict
from atlas.errors import JudgesFailed, VerifierError
from atlas.verify.config import RIMConfig
from atlas.verify.rubric import combine

CONFIG = RIMConfig()


def verdict(passed: bool, score: float, required: bool = True) -> Verdict:
    return Verdict("structured", "1", passed, score, "", required)


def panel(score: float | None, uncertainty: float = 0.2) -> PanelVerdict:
    samples = () if score is None else (Judgement(score, "", uncertainty),)
    error = "judge model small failed: no reply within 60 s" if score is None else None
    return PanelVerdict(score, "", samples, False, None, (JudgeCall("tier1", "small", "?", None, error),))


def test_all_passed_and_judges_agree() -> None:
    reward = combine([verdict(True, 1.0), verdict(True, 1.0)], panel(1.0, 0.0), CONFIG)
    assert (reward.score, reward.uncertainty) == (1.0, 0.0)


def test_weights_and_uncertainty() -> None:
    reward = combine([verdict(True, 1.0)], panel(0.5), CONFIG)
    assert reward.score == pytest.approx(0.7 + 0.3 * 0.5)
    assert reward.uncertainty == pytest.approx(0.3 * 0.2)
    assert [(part.name, part.score) for part in reward.parts] == [("verifiers", 1.0), ("judges", 0.5)]
    assert sum(part.weight for part in reward.parts) == pytest.approx(1.0)


def test_a_failure_is_worth_at_most_half() -> None:
    nearly = [verdict(True, 1.0), verdict(False, 0.9)]
    assert combine(nearly, None, CONFIG).score == pytest.approx(0.475)
    assert combine([verdict(False, 1.0)], None, CONFIG).score == 0.5
    assert combine([verdict(False, 0.0)], None, CONFIG).score == 0.0


def test_metrics_do_not_count() -> None:
    reward = combine([verdict(True, 1.0), verdict(False, 0.0, required=False)], None, CONFIG)
    assert reward.score == 1.0


def test_without_a_panel_the_verifiers_have_all_the_weight() -> None:
    reward = combine([verdict(False, 0.5)], None, CONFIG)
    assert (reward.score, reward.parts, reward.uncertainty) == (0.25, (RewardPart("verifiers", 0.25, 1.0),), 0.0)


def test_a_panel_that_failed_as_a_whole_is_no_reward() -> None:
    with pytest.raises(JudgesFailed, match="all 1 judges failed, the first because the judge model small failed"):
        combine([verdict(True, 1.0)], panel(None), CONFIG)


@pytest.mark.parametrize("verdicts", [[], [verdict(True, 1.0, required=False)]])
def test_nothing_required_is_an_error(verdicts: list[Verdict]) -> None:
    with pytest.raises(VerifierError, match="no required verdict"):
        combine(verdicts, panel(1.0), CONFIG)


unit = st.floats(0, 1)


@given(st.lists(st.builds(verdict, st.booleans(), unit), min_size=1, max_size=4), unit, unit)
def test_a_reward_is_a_weighted_mean_in_0_to_1(verdicts: list[Verdict], judges: float, weight: float) -> None:
    config = RIMConfig(verifier_weight=max(weight, 0.01))
    reward = combine(verdicts, panel(judges), config)
    assert 0.0 <= reward.score <= 1.0
    assert 0.0 <= reward.uncertainty <= 1.0
    assert sum(part.weight for part in reward.parts) == pytest.approx(1.0)
    assert reward.score == pytest.approx(sum(part.score * part.weight for part in reward.parts))
