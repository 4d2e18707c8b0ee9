"""The rows of a session: what the tables hold of it for people, reports and export, made of the session alone."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Literal

from atlas.core.json import JsonObject, dumps, to_json
from atlas.core.messages import Usage
from atlas.core.playbook import EntryId, Lessons
from atlas.core.session import Attempt, Played, Session
from atlas.core.transcript import calls_of
from atlas.core.verdicts import PanelVerdict, Verdict
from atlas.storage.jsonb import plain_text


@dataclass(frozen=True, slots=True)
class StepRow:
    """One turn as a row of `step_results`; `step_id` is the turn's index."""

    step_id: int
    trace: str
    output: str
    evaluation: JsonObject | None
    attempts: int
    metadata: JsonObject


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt at a turn, as a row of `step_attempts`."""

    step_id: int
    attempt: int
    evaluation: JsonObject


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One piece of guidance that the student was given in a turn, as a row of `guidance_notes`."""

    step_id: int
    sequence: int
    note: str


@dataclass(frozen=True, slots=True)
class UseRow:
    """What became of one entry that the session's brief called for, as a row of `entry_uses`."""

    entry_id: str
    treatment: Literal["shown", "withheld", "left_out"]
    withhold_rate: float
    cue_hits: int
    adoptions: int
    successful_adoptions: int


def task_text(session: Session) -> str:
    """What the user asked, a line a turn; the task's id when nothing was played."""
    requests = [turn.request for turn in session.played.trajectory.turns] if session.played else []
    return "\n".join(requests) or session.slot.task_id


def metadata(session: Session) -> JsonObject:
    """Column `sessions.metadata`: what describes the session, under the names that its readers know."""
    played = session.played
    return {
        "run_id": session.slot.run_id,
        "arm": session.slot.arm,
        "task_id": session.slot.task_id,
        "trial": session.slot.trial,
        "family": session.family,
        "dataset_revision": session.dataset_revision,
        "simulated": session.simulated,
        "success": session.success,
        "learning_key": session.lessons.key,
        "learning_key_origin": to_json(session.key_origin),
        "playbook_version": session.lessons.version,
        "entries_shown": list(session.lessons.shown),
        "entries_left_out": list(session.lessons.left_out),
        "entries_withheld": list(session.lessons.withheld),
        "execution_mode": played.mode if played else None,
        "adaptive_summary": _adaptive_summary(played) if played else None,
        "escalations": [to_json(each) for each in played.escalations] if played else [],
        "session_reward": session_reward(session),
        "reward_stats": reward_stats(session),
        "drift": to_json(session.drift),
        "drift_alert": session.drift.alert if session.drift and session.drift.baseline else None,
        "token_usage": token_usage(session),
        "learning_usage": session.learning_usage,
        "teacher_notes": [row.note for row in note_rows(played)] if played else [],
        "failure": to_json(session.failure),
        "synthesis_failure": to_json(session.synthesis_failure),
    }


def session_reward(session: Session) -> JsonObject | None:
    """Column `sessions.reward`; None when the session has no reward. Reasons of verifiers stay in the record."""
    if session.reward is None:
        return None
    return {
        "score": session.reward.score,
        "uncertainty": session.reward.uncertainty,
        "rationale": session.panel.rationale if session.panel else None,
        "parts": to_json(session.reward.parts),
        "verifiers": [_verifier(verdict) for verdict in session.verdicts],
        "judges": [_judge(session.panel)] if session.panel else [],
    }


def reward_stats(session: Session) -> JsonObject | None:
    """Column `sessions.reward_stats`; None without a reward. What no judge said is null, never zero."""
    if session.reward is None:
        return None
    return {"score": session.reward.score, **_sample_stats(session.panel)}


def token_usage(session: Session) -> JsonObject:
    """Tokens and cost of every role's calls, in all and per role."""
    total = session.spent
    return {**_usage(total), "by_role": {role: _usage(usage) for role, usage in sorted(session.usage.items())}}


def plan(played: Played) -> JsonObject:
    """Column `plans.plan`: the turns, which are the steps of a conversation, and the plans made for them."""
    steps = [{"id": turn.index, "description": turn.request} for turn in played.trajectory.turns]
    return {"steps": steps, "execution_mode": played.mode, "turn_plans": [to_json(each) for each in played.plans]}


def step_rows(played: Played) -> list[StepRow]:
    """One row a turn; the evaluation is that of the attempt that stands, which is the last."""
    rows = []
    for turn in played.trajectory.turns:
        tried = [attempt for attempt in played.attempts if attempt.turn.index == turn.index]
        rows.append(
            StepRow(
                step_id=turn.index,
                trace=plain_text("\n".join(dumps(call) for call in calls_of(turn))),
                output=plain_text(turn.reply),
                evaluation=_evaluation(tried[-1]) if tried else None,
                attempts=len(tried),
                metadata={"end": turn.end, "changed": not turn.changes.empty},
            )
        )
    return rows


def attempt_rows(played: Played) -> list[AttemptRow]:
    """One row an attempt."""
    return [AttemptRow(tried.turn.index, tried.number, _evaluation(tried)) for tried in played.attempts]


def note_rows(played: Played) -> list[NoteRow]:
    """The guidance given in each turn, once each, in the order it was given."""
    notes: dict[int, dict[str, None]] = {}
    for attempt in played.attempts:
        notes.setdefault(attempt.turn.index, {}).update(dict.fromkeys(attempt.guidance))
    return [
        NoteRow(step_id, sequence, plain_text(note))
        for step_id, given in sorted(notes.items())
        for sequence, note in enumerate(given, 1)
    ]


def use_rows(session: Session) -> list[UseRow]:
    """One row an entry that was tracked; none for a session that did not learn."""
    roles = session.learning_usage.get("roles", {}).values()
    return [_use_row(session.lessons, entry_id, record) for role in roles for entry_id, record in role.items()]


def _use_row(lessons: Lessons, entry_id: str, record: JsonObject) -> UseRow:
    shown, withheld = entry_id in lessons.shown, entry_id in lessons.withheld
    return UseRow(
        entry_id=plain_text(entry_id),
        treatment="shown" if shown else "withheld" if withheld else "left_out",
        withhold_rate=lessons.withhold_rates.get(EntryId(entry_id), 0.0) if shown or withheld else 0.0,
        cue_hits=record.get("cue_hits", 0),
        adoptions=record.get("action_adoptions", 0),
        successful_adoptions=record.get("successful_adoptions", 0),
    )


def _evaluation(attempt: Attempt) -> JsonObject:
    return {
        "by": attempt.by,
        "plan_step": attempt.step,
        "guided": bool(attempt.guidance),
        "guidance": list(attempt.guidance),
        "validation": to_json(attempt.validation),
        "teacher_failure": to_json(attempt.teacher_failure),
        "digest_stats": to_json(attempt.digest),
    }


def _adaptive_summary(played: Played) -> JsonObject:
    confidence = played.probing.confidence if played.probing else None
    return {
        "adaptive_mode": played.mode,
        "mode_history": [{"mode": played.mode, "reason": played.mode_reason, "confidence": confidence}],
        "reason": played.mode_reason,
        "confidence": confidence,
        "probe": to_json(played.probing),
    }


def _verifier(verdict: Verdict) -> JsonObject:
    return {
        "name": verdict.verifier,
        "version": verdict.version,
        "passed": verdict.passed,
        "score": verdict.score,
        "required": verdict.required,
        "decided_by": verdict.decided_by,
    }


def _judge(panel: PanelVerdict) -> JsonObject:
    surest = min(panel.samples, key=lambda sample: sample.uncertainty, default=None)
    return {
        "identifier": "session_reward",
        "score": panel.score,
        "rationale": panel.rationale,
        "principles": list(surest.principles) if surest else [],
        "samples": to_json(panel.samples),
        "escalated": panel.escalated,
        "escalation_reason": panel.escalation_reason,
    }


def _sample_stats(panel: PanelVerdict | None) -> JsonObject:
    scores = [sample.score for sample in panel.samples] if panel else []
    doubts = [sample.uncertainty for sample in panel.samples] if panel else []
    return {
        "score_mean": fmean(scores) if scores else None,
        "score_stddev": pstdev(scores) if scores else None,
        "sample_count": len(scores),
        "uncertainty_mean": fmean(doubts) if doubts else None,
        "uncertainty_stddev": pstdev(doubts) if doubts else None,
        "best_uncertainty": min(doubts, default=None),
    }


def _usage(usage: Usage) -> JsonObject:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
        "calls": usage.calls,
        "cost_usd": usage.cost_usd,
    }
