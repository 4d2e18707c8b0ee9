from dataclasses import replace

from atlas.core.session import Attempt, Failure, Played, Session, Validation
from atlas.core.state import StateDiff
from atlas.core.tasks import TaskId
from atlas.core.trajectory import Trajectory, Turn
from atlas.core.verdicts import TurnScore, Verdict
from tests.reports.played import session


def judged(*verdicts: Verdict) -> Session:
    return replace(session("t", True), verdicts=verdicts)


def verdict(name: str, passed: bool, *turns: bool, required: bool = True) -> Verdict:
    scores = tuple(TurnScore(number, ok) for number, ok in enumerate(turns, 1))
    return Verdict(name, "1", passed, float(passed), "", required=required, turns=scores)


def test_a_turn_passed_when_every_required_verdict_says_so() -> None:
    facts, metric = verdict("facts", False, True, False), verdict("calls", False, False, True, required=False)
    both = judged(verdict("state", True, True, True), facts, metric)
    assert both.turns_passed == {1: True, 2: False}
    assert both.first_failed_turn == 2
    assert both.success is False


def test_without_turn_scores_nothing_is_said_of_turns() -> None:
    assert judged(verdict("state", False)).first_failed_turn is None


def test_metrics_alone_decide_nothing() -> None:
    assert judged(verdict("calls", True, required=False)).success is None
    assert judged().success is None


def test_a_failure_below_us_is_never_a_success() -> None:
    failed = replace(judged(verdict("state", True)), failure=Failure("model", "ModelTimeout", "no reply"))
    assert failed.success is None


def test_all_guidance_is_told_once_in_order() -> None:
    turn = Turn(1, "r", (), "", StateDiff())
    attempts = (
        Attempt(turn, "student", 1, ("ahead",), Validation(False, "again")),
        Attempt(turn, "student", 2, ("ahead", "again"), Validation(True, "")),
        Attempt(turn, "student", 1),
    )
    assert Played(Trajectory(TaskId("t"), "a", (), StateDiff()), attempts, "coach", "").guidance == (
        "ahead",
        "again",
    )
