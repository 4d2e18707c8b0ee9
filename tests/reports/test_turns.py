from __future__ import annotations

from atlas.core.verdicts import Verdict
from atlas.reports.turns import first_failed_turn, graded_turns, turn_outcomes
from tests.reports.played import session


def verdict(*outcomes: tuple[int, bool], required: bool = True) -> Verdict:
    turns = [{"index": turn, "ok": passed} for turn, passed in outcomes]
    return Verdict("v", "1", True, 1.0, "", required=required, details={"turns": turns})


def test_a_verdict_without_turns_says_nothing_of_them() -> None:
    assert turn_outcomes(Verdict("v", "1", True, 1.0, "")) == {}


def test_a_turn_passes_when_every_required_verdict_says_so() -> None:
    verdicts = [verdict((2, True), (1, True)), verdict((1, False)), verdict((2, False), required=False)]
    assert graded_turns(verdicts) == {1: False, 2: True}
    assert list(graded_turns(verdicts)) == [1, 2]


def test_the_first_failed_turn() -> None:
    assert first_failed_turn(session("a", False, turns=[True, False, False])) == 2
    assert first_failed_turn(session("a", True, turns=[True, True])) is None
    assert first_failed_turn(session("a", False)) is None
