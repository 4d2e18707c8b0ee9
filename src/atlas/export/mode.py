"""The mode of a session, as exported: which was chosen, why, and from what evidence."""

from __future__ import annotations

from atlas.core.json import to_json
from atlas.core.session import Played, Probing
from atlas.export.form import AdaptiveSummary, HistoryRecord, ProbeRecord


def adaptive_summary(played: Played) -> AdaptiveSummary:
    """The mode, the reason, and what the probe said where it was asked."""
    confidence = played.probing.confidence if played.probing else None
    return {
        "adaptive_mode": played.mode,
        "reason": played.mode_reason,
        "confidence": confidence,
        "probe": _probe(played.probing) if played.probing else None,
        "mode_history": [{"mode": played.mode, "confidence": confidence}],
    }


def learning_history(played: Played) -> HistoryRecord | None:
    """What the mode was chosen from; None where the config left no choice."""
    if played.probing is None:
        return None
    history = played.probing.history
    return {
        "entries": to_json(history.recent),
        "count": len(history.recent),
        "total_count": history.sessions,
        "scores": [past.reward for past in history.recent],
        "average_score": history.recent_average,
        "overall_average_score": history.average_reward,
        "recent_high_score_streak": history.high_streak,
        "recent_low_score_streak": history.low_streak,
    }


def _probe(probing: Probing) -> ProbeRecord:
    return {
        "mode": probing.picked,
        "confidence": probing.confidence,
        "rationale": probing.rationale,
        "playbook_version": probing.playbook_version,
        "cue_hits": probing.cue_hits,
        "failure": to_json(probing.failure),
    }
