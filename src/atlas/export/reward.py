"""The reward of a session, as exported: its score, its statistics and the audit of every judge call."""

from __future__ import annotations

from statistics import fmean, pstdev

from atlas.core.json import to_json
from atlas.core.session import Session
from atlas.core.verdicts import JudgeCall, PanelVerdict
from atlas.export.form import AuditLine, JudgesRecord, RewardRecord, RewardStats, RewardSummary


def session_reward(session: Session) -> RewardRecord | None:
    """Score, parts and what the judges said; None for a session without a reward."""
    if session.reward is None:
        return None
    return {
        "score": session.reward.score,
        "uncertainty": session.reward.uncertainty,
        "parts": to_json(session.reward.parts),
        "rationale": session.panel.rationale if session.panel else None,
        "judges": [_judges(session.panel)] if session.panel else [],
    }


def reward_stats(session: Session) -> RewardStats | None:
    """Mean and spread over the judge samples; None for a session without a reward."""
    if session.reward is None:
        return None
    samples = session.panel.samples if session.panel else ()
    scores = [sample.score for sample in samples]
    doubts = [sample.uncertainty for sample in samples]
    return {
        "score": session.reward.score,
        "score_mean": fmean(scores) if scores else None,
        "score_stddev": pstdev(scores) if scores else None,
        "sample_count": len(scores),
        "uncertainty_mean": fmean(doubts) if doubts else None,
        "uncertainty_stddev": pstdev(doubts) if doubts else None,
        "best_uncertainty": min(doubts, default=None),
    }


def reward_summary(session: Session) -> RewardSummary | None:
    """The score and its spread alone; None for a session without a reward."""
    stats = reward_stats(session)
    if stats is None:
        return None
    return {
        "score": stats["score"],
        "score_stddev": stats["score_stddev"],
        "uncertainty_mean": stats["uncertainty_mean"],
        "uncertainty_stddev": stats["uncertainty_stddev"],
    }


def reward_audit(session: Session) -> list[AuditLine]:
    """Every judge call: prompt, reply, tokens, or why there is no reply."""
    return [_call(call) for call in session.panel.audit] if session.panel else []


def _judges(panel: PanelVerdict) -> JudgesRecord:
    return {
        "identifier": "session_reward",
        "score": panel.score,
        "rationale": panel.rationale,
        "samples": to_json(panel.samples),
        "escalated": panel.escalated,
        "escalation_reason": panel.escalation_reason,
    }


def _call(call: JudgeCall) -> AuditLine:
    completion = call.completion
    return {
        "stage": call.stage,
        "model": call.model,
        "prompt": call.prompt,
        "response": completion.message.content if completion else None,
        "token_usage": to_json(completion.usage) if completion else None,
        "duration_s": completion.duration_s if completion else None,
        "error": call.error,
    }
