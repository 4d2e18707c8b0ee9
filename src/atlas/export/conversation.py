"""The result of a conversation: what each turn asked, did and answered, and whether it was right."""

from __future__ import annotations

from atlas.core.json import JsonValue
from atlas.core.session import Session
from atlas.core.trajectory import Turn
from atlas.export.form import CallRecord, ConversationResult, TurnResult


def conversation_result(session: Session, conversation_id: JsonValue) -> ConversationResult:
    """Strict success, the first turn that failed, and every turn with its calls, reply and success."""
    outcomes = session.turns_passed
    turns = session.played.trajectory.turns if session.played else ()
    return {
        "conversation_id": conversation_id,
        "overall_success": session.success,
        "turns_executed": len(turns),
        "first_failed_turn": session.first_failed_turn,
        "per_turn_results": [_turn_result(turn, outcomes.get(turn.index)) for turn in turns],
        "verification": {verdict.verifier: verdict.passed for verdict in session.verdicts},
        "reward_signal": session.reward.score if session.reward else None,
        "error_message": session.failure.message if session.failure else None,
    }


def _turn_result(turn: Turn, passed: bool | None) -> TurnResult:
    return {
        "turn_id": turn.index,
        "user_utterance": turn.request,
        "agent_response_text": turn.reply,
        "end": turn.end,
        "tool_calls": tool_calls(turn),
        "success": passed,
    }


def tool_calls(turn: Turn) -> list[CallRecord]:
    """Tool, arguments as the model wrote them, and result or error, in order."""
    return [
        {"tool_name": call.name, "arguments": call.arguments, "result": result.value, "error": result.error}
        for step in turn.steps
        for call, result in zip(step.completion.message.tool_calls, step.results, strict=False)
    ]
