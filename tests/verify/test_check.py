"""Every verifier gives a verdict, and a crash is an error with a name."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from atlas.core.tasks import Fact, Target, TurnTarget
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.errors import VerifierError
from atlas.verify.check import Checks
from atlas.verify.llm_judge import LlmJudge
from atlas.verify.registry import build_verifiers
from tests.verify.plays import BRIEF, played, turn
from tests.worlds import ScriptedModel, saying


@dataclass
class Grader:
    """Gives `score`, or raises it."""

    score: float | Exception
    name: str = "grader"
    version: str = "3"

    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        if isinstance(self.score, Exception):
            raise self.score
        return Verdict(self.name, self.version, True, self.score, "")


def test_verdicts_come_in_order() -> None:
    target = Target((TurnTarget(facts=(Fact("number", "4"),)),))
    verdicts = build_verifiers(["tool_calls", "structured", "reply_facts"]).by_rule(played(turn("4")), target)
    assert [verdict.verifier for verdict in verdicts] == ["tool_calls", "structured", "reply_facts"]
    assert all(verdict.passed and verdict.version for verdict in verdicts)


def test_a_crash_names_the_verifier_the_task_and_the_cause() -> None:
    with pytest.raises(VerifierError) as caught:
        Checks((Grader(1.0), Grader(KeyError("amount"), name="broken"))).by_rule(played(turn()), Target(()))
    assert str(caught.value) == "verifier broken (version 3) on task task-1 crashed: KeyError: 'amount'"
    assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.parametrize("score", [0.0, 0.5, 1.0])
def test_scores_from_0_to_1_are_kept(score: float) -> None:
    assert Checks((Grader(score),)).by_rule(played(turn()), Target(()))[0].score == score


@pytest.mark.parametrize("score", [-0.1, 1.1, math.nan, math.inf])
def test_a_score_outside_0_to_1_is_a_crash(score: float) -> None:
    with pytest.raises(VerifierError, match="not in \\[0, 1\\]"):
        Checks((Grader(score),)).by_rule(played(turn()), Target(()))


def test_no_verifier_is_never_a_pass() -> None:
    with pytest.raises(VerifierError, match="no verifier"):
        Checks(()).by_rule(played(turn()), Target(()))


def test_a_target_that_cannot_be_graded_is_a_verifier_error() -> None:
    target = Target((TurnTarget(facts=(Fact("money", "lots"),)),))
    with pytest.raises(VerifierError, match="the target's money 'lots' is not a plain decimal number"):
        build_verifiers(["reply_facts"]).by_rule(played(turn("hello")), target)


JUDGED = Target((TurnTarget(judged=True),))


def checks(goal: float) -> Checks:
    reply = saying(f'{{"goal": {goal}, "process": 1.0, "rationale": "So it is."}}')
    return Checks((Grader(1.0),), LlmJudge(ScriptedModel(lambda request: reply)))


async def test_the_judge_comes_last_and_is_a_metric() -> None:
    verdicts = await checks(0.1).check(BRIEF, played(turn()), Target((TurnTarget(),)))
    assert [(verdict.verifier, verdict.required) for verdict in verdicts] == [
        ("grader", True),
        ("llm_judge", False),
    ]
    assert not verdicts[1].passed


async def test_the_judge_decides_where_the_target_says_that_no_rule_can() -> None:
    verdicts = await checks(0.1).check(BRIEF, played(turn()), JUDGED)
    assert [(verdict.verifier, verdict.required) for verdict in verdicts] == [("grader", True), ("llm_judge", True)]


async def test_without_a_judge_such_a_target_is_not_graded() -> None:
    with pytest.raises(VerifierError, match="only a judge can decide turn 1 of task task-1; add llm_judge"):
        await Checks((Grader(1.0),)).check(BRIEF, played(turn()), JUDGED)
    assert len(await Checks((Grader(1.0),)).check(BRIEF, played(turn()), Target((TurnTarget(),)))) == 1
