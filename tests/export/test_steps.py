"""The steps of an exported session."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from atlas.core.session import Session
from atlas.core.verdicts import TurnScore, Verdict
from atlas.export.steps import steps, teacher_notes
from tests.reports.played import OUTAGE, session


def graded(*scores: TurnScore, required: bool = True) -> Session:
    verdict = Verdict("structured", "1", False, 0.0, "state", required, turns=scores)
    return replace(session("c1", None), verdicts=(verdict, verdict))


def test_the_attempt_that_stands_is_the_step() -> None:
    first, second = steps(session("c1", True))
    assert (first["step_id"], first["description"], first["output"]) == (1, "request 1", "Quote Q1 is $1,500.00.")
    assert (first["tool"], first["tool_params"]) == ("quote_search", {"name": "Q1"})
    (call,) = [json.loads(line) for line in first["trace"].splitlines()]
    assert call == {
        "tool": "quote_search",
        "arguments": {"name": "Q1"},
        "result": [{"amount": 1500.0}],
        "error": None,
    }
    assert (first["by"], first["end"], second["step_id"]) == ("student", "replied", 2)


def test_a_turn_without_a_call_has_no_tool() -> None:
    played = session("c1", True).played
    assert played is not None
    silent = tuple(replace(each, turn=replace(each.turn, steps=())) for each in played.attempts)
    step = steps(replace(session("c1", True), played=replace(played, attempts=silent)))[0]
    assert (step["tool"], step["tool_params"], step["trace"]) == (None, None, "")


def test_the_reward_of_a_step_is_what_required_verifiers_say_of_its_turn() -> None:
    first, second = steps(graded(TurnScore(1, False, 1, 4, ("amount", "date")), TurnScore(2, True, 3, 3)))
    assert first["reward"] == {"score": 0.25, "passed": False, "rationale": "amount; date; amount; date"}
    assert second["reward"] == {"score": 1.0, "passed": True, "rationale": ""}


@pytest.mark.parametrize("ok", [True, False])
def test_a_turn_without_counted_checks_scores_all_or_nothing(ok: bool) -> None:
    reward = steps(graded(TurnScore(1, ok)))[0]["reward"]
    assert reward is not None
    assert (reward["score"], reward["passed"]) == (float(ok), ok)


def test_a_turn_that_no_required_verdict_speaks_of_has_no_reward() -> None:
    assert steps(session("c1", True))[0]["reward"] is None
    assert steps(graded(TurnScore(1, True, 1, 1), required=False))[0]["reward"] is None


def test_guidance_is_noted_once_a_turn() -> None:
    played = session("c1", True).played
    assert played is not None
    again = replace(played.attempts[1], number=3, guidance=("Search first.", "Then answer."))
    more = replace(session("c1", True), played=replace(played, attempts=(*played.attempts, again)))
    assert teacher_notes(more) == ["Search first.", "Then answer."]


def test_a_session_that_was_not_played_has_none() -> None:
    assert steps(session("c1", None, failure=OUTAGE)) == []
    assert teacher_notes(session("c1", None, failure=OUTAGE)) == []


def test_a_planned_turn_has_a_record_a_step() -> None:
    played = session("c1", True).played
    assert played is not None
    wrong, right, last = played.attempts
    planned = (replace(wrong, step="find"), replace(right, step="find"), replace(right, step="send"), last)
    scores = (Verdict("structured", "1", True, 1.0, "", turns=(TurnScore(1, True, 2, 2),)),)
    found = steps(replace(session("c1", True), played=replace(played, attempts=planned), verdicts=scores))
    told = [(each["step_id"], each["turn"], each["plan_step"], each["attempts"]) for each in found]
    assert told == [(1, 1, "find", 2), (2, 1, "send", 1), (3, 2, None, 1)]
    assert [each["reward"] is not None for each in found] == [False, True, False], "a turn is graded whole"
