"""The record of a session: one JSON object with all that was asked, done, graded, learned and spent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from atlas.core.events import Event
from atlas.core.json import JsonObject, JsonValue, to_json
from atlas.core.messages import Usage
from atlas.core.session import Played, Session
from atlas.export.conversation import conversation_result
from atlas.export.digest import digest_stats
from atlas.export.drift import drift_record
from atlas.export.form import (
    AtlasMetadata,
    EventRecord,
    FinalPayload,
    Metadata,
    PlanRecord,
    ReviewStatus,
    SessionRecord,
    TokenUsage,
    UsageRecord,
)
from atlas.export.mode import adaptive_summary, learning_history
from atlas.export.reward import reward_audit, reward_stats, reward_summary, session_reward
from atlas.export.steps import steps, teacher_notes


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """An event, its place in the session (from 1), and what the store knows of it (None outside a store)."""

    event: Event
    seq: int
    id: int | None = None
    created_at: str | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A session and what is known about it beside it.

    `task` is what the user asked for; `payload` the task's line of tasks.jsonl; `events` are oldest first, and
    `events_left_out` counts those that came later and were cut off.
    """

    session: Session
    task: str
    payload: JsonObject = field(default_factory=dict)
    review_status: ReviewStatus = "pending"
    review_notes: str | None = None
    events: tuple[ExportedEvent, ...] = ()
    events_left_out: int = 0


def session_record(exported: Exported) -> SessionRecord:
    """The record. It may quote the target (in payload and verdicts): for people and trainers, never for a prompt.

    Times are only in `created_at`, `completed_at`, `review_notes` and fields that end in `duration_s`; with these
    left out the records of equal offline runs are equal. Secrets are still in it: redact before writing.
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
        "plan": _plan(session.played) if session.played else None,
        "steps": steps(session),
        "trajectory": to_json(trajectory),
        "session_metadata": metadata,
        "execution_mode": metadata["execution_mode"],
        "review_status": exported.review_status,
        "review_notes": exported.review_notes,
        "reward_stats": reward_stats(session),
        "reward_audit": reward_audit(session),
        "session_reward": session_reward(session),
        "reward_summary": reward_summary(session),
        "drift": drift_record(session.drift) if session.drift else None,
        "drift_alert": session.drift.alert if session.drift and session.drift.baseline else None,
        "student_learning": session.proposal.student_note if session.proposal else None,
        "teacher_learning": session.proposal.teacher_note if session.proposal else None,
        "teacher_notes": teacher_notes(session),
        "adaptive_summary": metadata["adaptive_summary"],
        "escalations": to_json(session.played.escalations) if session.played else [],
        "learning_key": session.lessons.key,
        "learning_history": learning_history(session.played) if session.played else None,
        "verdicts": to_json(session.verdicts),
        "failure": to_json(session.failure),
        "trajectory_events": [_event(event) for event in exported.events],
        "trajectory_events_left_out": exported.events_left_out,
        "final_payload": _final_payload(session),
        "conversation_result": conversation_result(session, conversation_id),
        "task_payload": exported.payload,
        "atlas_metadata": _atlas_metadata(session, metadata),
    }


def _atlas_metadata(session: Session, metadata: Metadata) -> AtlasMetadata:
    return {
        "session_reward": session_reward(session),
        "session_reward_stats": reward_stats(session),
        "session_reward_audit": reward_audit(session),
        "token_usage": metadata["token_usage"],
        "execution_mode": metadata["execution_mode"],
        "adaptive_summary": metadata["adaptive_summary"],
        "learning_usage": session.learning_usage,
        "session_metadata": metadata,
    }


def _metadata(session: Session, review_status: ReviewStatus) -> Metadata:
    played, proposal = session.played, session.proposal
    return {
        "session_id": session.session_id,
        "run_id": session.slot.run_id,
        "arm": session.slot.arm,
        "task_id": session.slot.task_id,
        "trial": session.slot.trial,
        "family": session.family,
        "dataset_revision": session.dataset_revision,
        "simulated": session.simulated,
        "agent": played.trajectory.agent if played else None,
        "execution_mode": played.mode if played else None,
        "adaptive_summary": adaptive_summary(played) if played else None,
        "status": "failed" if session.failure else "succeeded",
        "review_status": review_status,
        "learning_key": session.lessons.key,
        "learning_key_origin": to_json(session.key_origin),
        "playbook_version": session.lessons.version,
        "entries_shown": list(session.lessons.shown),
        "entries_left_out": list(session.lessons.left_out),
        "entries_withheld": list(session.lessons.withheld),
        "entries_proposed": to_json(proposal.accepted) if proposal else [],
        "entries_rejected": to_json(proposal.rejected) if proposal else [],
        "synthesis_failure": to_json(session.synthesis_failure),
        "digest_stats": digest_stats(played) if played else None,
        "token_usage": _token_usage(session),
        "created_at": session.started_at,
        "completed_at": session.finished_at,
        "duration_s": _duration_s(session),
    }


def _plan(played: Played) -> PlanRecord:
    return {
        "steps": [{"id": turn.index, "description": turn.request} for turn in played.trajectory.turns],
        "turn_plans": to_json(played.plans),
        "execution_mode": played.mode,
    }


def _final_payload(session: Session) -> FinalPayload:
    turns = session.played.trajectory.turns if session.played else ()
    return {
        "status": "error" if session.failure else "ok",
        "final_answer": turns[-1].reply if turns else "",
        "replies": [turn.reply for turn in turns],
    }


def _token_usage(session: Session) -> TokenUsage:
    total = session.spent
    return {**_usage(total), "by_role": {role: _usage(usage) for role, usage in sorted(session.usage.items())}}


def _usage(usage: Usage) -> UsageRecord:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
        "calls": usage.calls,
        "cost_usd": usage.cost_usd,
    }


def _event(exported: ExportedEvent) -> EventRecord:
    event = exported.event
    return {
        "id": exported.id,
        "seq": exported.seq,
        "event_type": event.event_type,
        "actor": event.actor,
        "payload": event.payload,
        "created_at": exported.created_at,
    }


def _conversation_id(exported: Exported) -> JsonValue:
    """The dataset's id of the conversation; a task id is that, or that and the run: "<id>::<run>"."""
    conversation = exported.payload.get("conversation") or {}
    return conversation.get("conversation_id") or exported.session.slot.task_id.split("::")[0]


def _duration_s(session: Session) -> float | None:
    if not session.started_at or not session.finished_at:
        return None
    took = datetime.fromisoformat(session.finished_at) - datetime.fromisoformat(session.started_at)
    return took.total_seconds()
