from __future__ import annotations

from dataclasses import replace

from atlas.core.verdicts import TurnScore, Verdict
from atlas.export.conversation import conversation_result
from tests.reports.played import OUTAGE, session


def test_every_turn_with_what_was_done_and_whether_it_was_right() -> None:
    result = conversation_result(session("c1", False, turns=[True, False], reward=0.5), "c1")
    assert (result["conversation_id"], result["overall_success"]) == ("c1", False)
    assert (result["turns_executed"], result["first_failed_turn"]) == (2, 2)
    assert result["verification"] == {"structured": False}
    first, second = result["per_turn_results"]
    assert (first["turn_id"], first["user_utterance"], first["success"]) == (1, "request 1", True)
    assert first["agent_response_text"] == "Quote Q1 is $1,500.00."
    assert first["tool_calls"] == [
        {
            "tool_name": "quote_search",
            "arguments": '{"name": "Q1"}',
            "result": [{"amount": 1500.0}],
            "error": None,
        }
    ]
    assert second["success"] is False


def test_a_turn_is_right_when_all_required_verdicts_say_so() -> None:
    played = session("c1", False, turns=[True, True])
    facts = Verdict("reply_facts", "1", False, 0.5, "", turns=(TurnScore(1, False),))
    hint = Verdict("tool_calls", "1", False, 0.5, "", required=False, turns=(TurnScore(2, False),))
    result = conversation_result(replace(played, verdicts=(*played.verdicts, facts, hint)), "c1")
    assert [turn["success"] for turn in result["per_turn_results"]] == [False, True]
    assert result["first_failed_turn"] == 1


def test_verdicts_without_turns_leave_the_turns_open() -> None:
    result = conversation_result(session("c1", False), "c1")
    assert [turn["success"] for turn in result["per_turn_results"]] == [None, None]
    assert result["first_failed_turn"] is None


def test_a_failed_session_has_no_success_and_a_sentence() -> None:
    result = conversation_result(session("c1", None, failure=OUTAGE), "c1")
    assert result["overall_success"] is None
    assert result["reward_signal"] is None
    assert result["error_message"] == OUTAGE.message
    assert result["per_turn_results"] == []
