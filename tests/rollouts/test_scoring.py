"""Scores: what counts, what never does, and that every part is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.core.messages import Usage
from atlas.core.session import Session
from atlas.core.trajectory import Step
from atlas.errors import VerifierError
from atlas.rollouts.config import ScoringConfig
from atlas.rollouts.scoring import Limits, Score, score
from tests.rollouts.sessions import OUTAGE, judged, session, step

LIMITS = Limits(max_steps=11, timeout_s=100.0)


def scored(played: Session, config: ScoringConfig | None = None) -> Score:
    return score(played, LIMITS, config or ScoringConfig())


def parts(found: Score) -> dict[str, float]:
    return {part.name: part.score for part in found.parts}


def test_a_flawless_answer_scores_1() -> None:
    found = scored(session([step()]))
    assert found.value == pytest.approx(1.0)
    assert parts(found) == {"correctness": 1.0, "steps": 1.0, "time": 1.0, "reasoning": 1.0, "met": 1.0}
    assert sum(part.weight for part in found.parts) == pytest.approx(1.0)


def test_a_wrong_answer_scores_0_however_quick_it_was() -> None:
    found = scored(session([step()], right=False, met=0.75))
    assert found.value == 0.0
    assert not found.right
    assert parts(found) == {"correctness": 0.0, "steps": 1.0, "time": 1.0, "reasoning": 1.0, "met": 0.75}


def test_steps_and_model_time_lower_the_score_of_a_right_answer() -> None:
    slow = scored(session([*(step(f"tool{n}") for n in range(5)), step(seconds=25.0)]))
    assert parts(slow)["steps"] == pytest.approx(1 - 5 / 10)
    assert parts(slow)["time"] == pytest.approx(0.75)
    assert slow.value == pytest.approx(0.7 + 0.1 * 0.5 + 0.1 * 0.75 + 0.1)


def test_failed_and_repeated_calls_are_no_sound_reasoning() -> None:
    steps = [step("a"), step("a"), step("b", error="no such thing"), step()]
    assert parts(scored(session(steps)))["reasoning"] == pytest.approx(2 / 4)
    assert parts(scored(session([step("c", "c"), step()])))["reasoning"] == pytest.approx(1 / 2)


def test_code_may_call_a_tool_again_but_not_be_written_again() -> None:
    def code(text: str, observed: str = "Observation:\nfine") -> Step:
        calling = step("read_file")
        said = replace(calling.completion, message=replace(calling.completion.message, content=text))
        return replace(calling, completion=said, observation=observed)

    reply = replace(step(), completion=replace(step().completion, usage=Usage()))
    assert parts(scored(session([code("a"), code("b"), reply]))) | {"time": 0} == {
        "correctness": 1.0, "steps": 0.9, "time": 0, "reasoning": 1.0, "met": 1.0,
    }  # fmt: skip
    assert parts(scored(session([code("a"), code("a"), reply])))["reasoning"] == 0.5
    raised = code("a", "Observation:\nfine\nError:\nNameError: x")
    assert parts(scored(session([raised, code("b"), reply])))["reasoning"] == 0.5


def test_a_turn_that_was_cut_off_counts_as_one_unsound_step_more() -> None:
    assert parts(scored(session([step("a")], end="step_limit")))["reasoning"] == pytest.approx(1 / 2)


def test_partial_credit_rewards_what_was_met() -> None:
    config = ScoringConfig(partial_credit=0.5)
    near, far = (scored(session([step()], right=False, met=met), config) for met in (0.8, 0.1))
    assert near.value == pytest.approx(0.5 * 0.7 * (0.7 * 0.8 + 0.1) / 0.8)
    assert 0 < far.value < near.value < 0.7


def test_what_a_judge_said_takes_the_rules_place() -> None:
    repeats = [step("a"), step("a"), step()]
    found = scored(session(repeats, panel=judged(0.25)))
    assert parts(found)["reasoning"] == 0.25
    assert found.value == pytest.approx(0.7 + 0.1 * (1 - 2 / 10) + 0.1 + 0.1 * 0.25)


def test_a_judge_that_failed_leaves_the_part_out_and_the_others_make_up_the_score() -> None:
    found = scored(session([step("a"), step()], panel=judged(None)))
    assert "reasoning" not in parts(found)
    assert sum(part.weight for part in found.parts) == pytest.approx(1.0)
    assert found.value == pytest.approx((0.7 + 0.1 * 0.9 + 0.1) / 0.9)
    wrong = session([step()], right=False, met=0.8, panel=judged(None))
    assert scored(wrong).value == 0.0
    assert scored(wrong, ScoringConfig(partial_credit=0.5)).value == pytest.approx(0.5 * 0.7 * 0.8)


@pytest.mark.parametrize("played", [session(failure=OUTAGE)])
def test_what_failed_below_the_agent_is_never_scored(played: Session) -> None:
    with pytest.raises(VerifierError, match="was not graded"):
        scored(played)


weights = st.floats(0, 10, allow_nan=False)


@given(
    correctness=st.floats(0.01, 10),
    steps=weights,
    time=weights,
    reasoning=weights,
    credit=st.floats(0, 0.999),
    right_steps=st.integers(1, 20),
    right_time=st.floats(0, 300),
    met=st.floats(0, 1),
    one=st.none() | st.floats(0, 1),
    other=st.none() | st.floats(0, 1),
)
def test_no_wrong_answer_scores_like_a_right_one(
    correctness: float,
    steps: float,
    time: float,
    reasoning: float,
    credit: float,
    right_steps: int,
    right_time: float,
    met: float,
    one: float | None,
    other: float | None,
) -> None:
    """Whatever a judge said of either, or failed to say of one of them."""
    config = ScoringConfig(
        correctness=correctness, steps=steps, time=time, reasoning=reasoning, partial_credit=credit
    )
    slowest = session([*(step("again", error="no") for _ in range(right_steps)), step(seconds=right_time)])
    quickest = session([step()], right=False, met=met)
    right, wrong = scored(slowest, config), scored(quickest, config)
    assert 0.0 <= wrong.value < right.value <= 1.0
    right = scored(replace(slowest, panel=judged(one)), config)
    wrong = scored(replace(quickest, panel=judged(other)), config)
    assert 0.0 <= wrong.value < right.value <= 1.0
