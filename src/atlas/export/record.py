"""The record of a session: one JSON object with all that was asked, done, graded, learned and spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from atlas.core.events import Event
from atlas.core.json import JsonObject, JsonValue, to_json
from atlas.core.messages import Usage
from atlas.core.session import Attempt, Session
from atlas.export.conversation import conversation_result, tool_calls
from atlas.export.reward import reward_audit, reward_stats, session_reward


@dataclass(frozen=True, slots=True)
class Exported:
    """A session and what is known about it beside it.

    `task` is what the user asked for; `payload` the task's line of tasks.jsonl; `events` are oldest first.
    """

    session: Session
    task: str
    payload: JsonObject = field(default_factory=dict)
    review_status: str = "pending"
    events: tuple[Event, ...] = ()


def session_record(exported: Exported) -> JsonObject:
    """The record. It may quote the target (in payload and verdicts): for people and trainers, never for a prompt.

    Times are only in `created_at`, `completed_at` and fields that end in `duration_s`; with these left out the
    records of equal offline runs are equal. Secrets are still in it: redact before writing.
    """
    session = exported.session
    trajectory = session.played.trajectory if session.played else None
    metadata = _metadata(session, exported.review_status)
    conversation_id = _conversation_id(exported)
    return {
        "session_id": session.session_id,
        "conversation_id": conversation_id,
        "simulated": session.simulated,
        "task": exported.task,
        "final_answer": trajectory.final_answer if trajectory else "",
        "steps": _steps(session),
        "trajectory": to_json(trajectory),
        "session_metadata": metadata,
        "execution_mode": metadata["execution_mode"],
        "review_status": exported.review_status,
        "reward_stats": reward_stats(session),
        "session_reward": session_reward(session),
        "student_learning": session.proposal.student_note if session.proposal else None,
        "teacher_learning": session.proposal.teacher_note if session.proposal else None,
        "learning_key": session.lessons.key,
        "verdicts": to_json(session.verdicts),
        "failure": to_json(session.failure),
        "trajectory_events": [_event(event) for event in exported.events],
        "final_payload": _final_payload(session),
        "conversation_result": conversation_result(session, conversation_id),
        "task_payload": exported.payload,
        "atlas_metadata": _atlas_metadata(session, metadata),
    }


def _atlas_metadata(session: Session, metadata: JsonObject) -> JsonObject:
    return {
        "session_reward": session_reward(session),
        "session_reward_stats": reward_stats(session),
        "session_reward_audit": reward_audit(session),
        "token_usage": _token_usage(session),
        "execution_mode": metadata["execution_mode"],
        "adaptive_summary": _adaptive_summary(session),
        "learning_usage": session.learning_usage,
        "session_metadata": metadata,
    }


def _metadata(session: Session, review_status: str) -> JsonObject:
    return {
        "session_id": session.session_id,
        "run_id": session.slot.run_id,
        "arm": session.slot.arm,
        "task_id": session.slot.task_id,
        "trial": session.slot.trial,
        "family": session.family,
        "dataset_revision": session.dataset_revision,
        "simulated": session.simulated,
        "agent": session.played.trajectory.agent if session.played else None,
        "execution_mode": session.played.mode if session.played else None,
        "status": "failed" if session.failure else "succeeded",
        "review_status": review_status,
        "learning_key": session.lessons.key,
        "playbook_version": session.lessons.version,
        "entries_shown": list(session.lessons.shown),
        "entries_left_out": list(session.lessons.left_out),
        "entries_proposed": to_json(session.proposal.accepted) if session.proposal else [],
        "entries_rejected": to_json(session.proposal.rejected) if session.proposal else [],
        "synthesis_failure": to_json(session.synthesis_failure),
        "created_at": session.started_at,
        "completed_at": session.finished_at,
        "duration_s": _duration_s(session),
    }


def _steps(session: Session) -> list[JsonObject]:
    """One step a turn: the attempt that stands, and those that were sent back before it."""
    by_turn: dict[int, list[Attempt]] = {}
    for attempt in session.played.attempts if session.played else ():
        by_turn.setdefault(attempt.turn.index, []).append(attempt)
    return [_step(turn, attempts) for turn, attempts in sorted(by_turn.items())]


def _step(number: int, attempts: Sequence[Attempt]) -> JsonObject:
    final = attempts[-1]
    return {
        "step_id": number,
        "description": final.turn.request,
        "output": final.turn.reply,
        "by": final.by,
        "attempts": len(attempts),
        "guidance": list(final.guidance),
        "validation": to_json(final.validation),
        "teacher_failure": to_json(final.teacher_failure),
        "attempt_history": [_attempt(attempt) for attempt in attempts[:-1]],
    }


def _attempt(attempt: Attempt) -> JsonObject:
    return {
        "number": attempt.number,
        "by": attempt.by,
        "output": attempt.turn.reply,
        "tool_calls": tool_calls(attempt.turn),
        "guidance": list(attempt.guidance),
        "validation": to_json(attempt.validation),
    }


def _final_payload(session: Session) -> JsonObject:
    turns = session.played.trajectory.turns if session.played else ()
    return {
        "status": "error" if session.failure else "ok",
        "final_answer": turns[-1].reply if turns else "",
        "replies": [turn.reply for turn in turns],
    }


def _token_usage(session: Session) -> JsonObject:
    total = session.spent
    return {**_usage(total), "by_role": {role: _usage(usage) for role, usage in sorted(session.usage.items())}}


def _usage(usage: Usage) -> JsonObject:
    return {**to_json(usage), "total_tokens": usage.total_tokens}


def _adaptive_summary(session: Session) -> JsonObject | None:
    if session.played is None:
        return None
    mode = session.played.mode
    return {"adaptive_mode": mode, "reason": session.played.mode_reason, "mode_history": [{"mode": mode}]}


def _event(event: Event) -> JsonObject:
    return {"event_type": event.event_type, "actor": event.actor, "payload": event.payload}


def _conversation_id(exported: Exported) -> JsonValue:
    """The dataset's id of the conversation; a task id is that, or that and the run: "<id>::<run>"."""
    conversation = exported.payload.get("conversation") or {}
    return conversation.get("conversation_id") or exported.session.slot.task_id.split("::")[0]


def _duration_s(session: Session) -> float | None:
    if not session.started_at or not session.finished_at:
        return None
    took = datetime.fromisoformat(session.finished_at) - datetime.fromisoformat(session.started_at)
    return took.total_seconds()
