"""Every verifier gives a verdict, and a crash is an error with a name."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from atlas.core.tasks import Fact, Target, TurnTarget
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.errors import VerifierError
from atlas.verify.check import check
from atlas.verify.registry import build_verifiers
from tests.verify.plays import played, turn


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
    verdicts = check(build_verifiers(["tool_calls", "structured", "reply_facts"]), played(turn("4")), target)
    assert [verdict.verifier for verdict in verdicts] == ["tool_calls", "structured", "reply_facts"]
    assert all(verdict.passed and verdict.version for verdict in verdicts)


def test_a_crash_names_the_verifier_the_task_and_the_cause() -> None:
    with pytest.raises(VerifierError) as caught:
        check([Grader(1.0), Grader(KeyError("amount"), name="broken")], played(turn()), Target(()))
    assert str(caught.value) == "verifier broken (version 3) on task task-1 crashed: KeyError: 'amount'"
    assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.parametrize("score", [0.0, 0.5, 1.0])
def test_scores_from_0_to_1_are_kept(score: float) -> None:
    assert check([Grader(score)], played(turn()), Target(()))[0].score == score


@pytest.mark.parametrize("score", [-0.1, 1.1, math.nan, math.inf])
def test_a_score_outside_0_to_1_is_a_crash(score: float) -> None:
    with pytest.raises(VerifierError, match="not in \\[0, 1\\]"):
        check([Grader(score)], played(turn()), Target(()))


def test_no_verifier_is_never_a_pass() -> None:
    with pytest.raises(VerifierError, match="no verifier"):
        check([], played(turn()), Target(()))


def test_a_target_that_cannot_be_graded_is_a_verifier_error() -> None:
    target = Target((TurnTarget(facts=(Fact("money", "lots"),)),))
    with pytest.raises(VerifierError, match="the target's money 'lots' is not a plain decimal number"):
        check(build_verifiers(["reply_facts"]), played(turn("hello")), target)
