"""Latest sessions: the last ones, each with its reward, doubt, usage and events."""

from __future__ import annotations

from atlas.core.json import JsonObject
from atlas.core.thread import LatestSession, Thread
from atlas.reports.learning.part import Labels, Part
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import NOTHING, amount, score


def part(thread: Thread, labels: Labels) -> Part:
    """Key `sessions`."""
    return Part({"sessions": [session_json(session) for session in thread.latest]}, _section(thread))


def session_json(session: LatestSession) -> JsonObject:
    """One session under the names that readers of summaries know."""
    return {
        "session_id": session.session_id,
        "number": session.number,
        "arm": session.arm,
        "created_at": session.finished_at,
        "status": session.status,
        "review_status": session.review_status,
        "execution_mode": session.execution_mode,
        "success": session.success,
        "reward_score": session.reward_score,
        "reward_uncertainty": session.reward_uncertainty,
        "reward_audit_count": session.reward_audit_count,
        "student_learning": session.student_learning,
        "teacher_learning": session.teacher_learning,
        "trajectory_events": session.events,
        "student_model_id": session.models.get("student"),
        "teacher_model_id": session.models.get("teacher"),
        "token_usage": {"total_tokens": session.total_tokens, "cost_usd": session.cost_usd},
        "learning_usage": {"cue_hits": session.cue_hits, "action_adoptions": session.adoptions},
        "playbook_version": session.playbook_version,
    }


def _section(thread: Thread) -> Section:
    if not thread.latest:
        return Section("Latest sessions", ("There is no session of this key that fits.",))
    columns = (
        *words("session", "finished", "mode", "success", "review"),
        *numbers("reward", "uncertainty", "tokens", "cue hits", "adoptions", "events"),
    )
    rows = tuple(map(_row, thread.latest))
    return Section("Latest sessions", tables=(Table("The last sessions, newest first", columns, rows),))


def _row(session: LatestSession) -> tuple[str, ...]:
    return (
        session.session_id,
        session.finished_at,
        session.execution_mode or NOTHING,
        {True: "yes", False: "no", None: "lost" if session.status == "failed" else NOTHING}[session.success],
        session.review_status,
        score(session.reward_score),
        score(session.reward_uncertainty),
        amount(session.total_tokens),
        NOTHING if session.cue_hits is None else str(session.cue_hits),
        NOTHING if session.adoptions is None else str(session.adoptions),
        str(session.events),
    )
