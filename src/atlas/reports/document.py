"""The metrics document: metrics.json, a run report as plain JSON."""

from __future__ import annotations

from collections import Counter

from atlas.core.json import JsonObject
from atlas.core.messages import ModelRole, Usage
from atlas.core.session import Mode
from atlas.reports.comparison import Comparison, PairedMean
from atlas.reports.learning_curve import LearningCurve
from atlas.reports.metrics import ArmMetrics, CheckMetrics, LearningTotals, PassK, Rate, RoleUsage, Spread
from atlas.reports.run import RunReport
from atlas.reports.statistics.intervals import Interval
from atlas.reports.statistics.paired import PairedCounts


def metrics_json(report: RunReport) -> JsonObject:
    """The document. Top-level counts are over all sessions of all arms; a failed session is in `failed_runs` only.

    `atlas_successful_runs` are sessions that ran to their end, `harness_successes` those that passed every required
    verifier. Only `timestamp` and `run_id` differ between equal offline runs.
    """
    context, arms = report.context, report.arms
    return {
        "timestamp": context.timestamp,
        "run_id": context.run_id,
        "title": context.title,
        "simulated": report.simulated,
        "total_conversations": sum(arm.sessions for arm in arms),
        "atlas_successful_runs": sum(arm.sessions - len(arm.failed) for arm in arms),
        "harness_successes": sum(arm.success.passed for arm in arms),
        "failed_runs": len(report.failed),
        "failed_conversations": sorted({str(session.task_id) for session in report.failed}),
        "failures": [
            {"session_id": s.session_id, "boundary": s.boundary, "kind": s.kind, "message": s.message}
            for s in report.failed
        ],
        "token_usage": _tokens(sum((arm.spent for arm in arms), Usage())),
        "cost_usd": sum((arm.spent for arm in arms), Usage()).cost_usd,
        "usage_by_role": {role: spent_json(usage) for role, usage in _by_role(arms).items()},
        "execution_modes": _modes(arms),
        "adaptive_modes": _modes(arms),
        "learning_usage_totals": _learning(arms),
        "reward_summary": _spread(Spread.over([arm.reward for arm in arms])),
        "first_failed_turn": _first_failed_turns(arms),
        "arms": [arm_json(arm) for arm in arms],
        "comparisons": [comparison_json(comparison) for comparison in report.comparisons],
        "learning_curve": _curve(report.curve) if report.curve else None,
        "config_path": context.config_path,
        "conversations_path": context.conversations_path,
        "tasks_path": context.tasks_path,
        "dataset_revision": context.dataset_revision,
        "agent_config": context.agent_config,
        "command": context.command,
    }


def arm_json(arm: ArmMetrics) -> JsonObject:
    """The metrics of one arm."""
    return {
        "arm": arm.arm,
        "simulated": arm.simulated,
        "sessions": arm.sessions,
        "tasks": arm.tasks,
        "strict_success": rate_json(arm.success),
        "pass_k": [_pass_k(entry) for entry in arm.pass_k],
        "failed_runs": len(arm.failed),
        "unscored": arm.unscored,
        "turns": rate_json(arm.turns),
        "checks": [_check(check) for check in arm.checks],
        "first_failed_turn": {str(turn): count for turn, count in arm.first_failed_turns.items()},
        "reward_summary": _spread(arm.reward),
        "usage_by_role": {usage.role: _role(usage) for usage in arm.usage},
        "tokens_per_conversation": arm.tokens_per_conversation,
        "cost_per_conversation_usd": arm.cost_per_conversation_usd,
        "cost_per_success_usd": arm.cost_per_success_usd,
        "tokens_per_success": arm.tokens_per_success,
        "execution_modes": dict(arm.modes),
        "learning_usage_totals": _totals(arm.learning),
    }


def comparison_json(comparison: Comparison) -> JsonObject:
    """One paired comparison."""
    return {
        "before": comparison.before,
        "after": comparison.after,
        "simulated": comparison.simulated,
        **_counts(comparison.counts),
        "tasks": comparison.tasks,
        "unpaired": comparison.unpaired,
        "interval": interval_json(comparison.interval),
        "p_value": comparison.p_value,
        "adjusted_p_value": comparison.adjusted_p,
        "adjusted_for": comparison.made_together,
        "method": comparison.method,
        "minimal_detectable_effect": comparison.detectable,
        "smallest_effect": comparison.smallest_effect,
        "conclusion": comparison.conclusion,
        "families": {family.family: _counts(family.counts) for family in comparison.families},
        "tokens_per_conversation": _paired_mean(comparison.tokens),
        "cost_per_conversation_usd": _paired_mean(comparison.cost_usd),
    }


def _counts(counts: PairedCounts) -> JsonObject:
    return {
        "pairs": counts.pairs,
        "both": counts.both,
        "gained": counts.gained,
        "lost": counts.lost,
        "neither": counts.neither,
        "difference": counts.difference if counts.pairs else None,
    }


def _paired_mean(mean: PairedMean | None) -> JsonObject | None:
    if mean is None:
        return None
    return {
        "before": mean.before,
        "after": mean.after,
        "difference": mean.difference,
        "interval": interval_json(mean.interval),
    }


def _curve(curve: LearningCurve) -> JsonObject:
    return {
        "arm": curve.arm,
        "window": curve.window,
        "outcomes": list(curve.outcomes),
        "points": [
            {
                "session": point.session,
                "count": point.count,
                "rate": point.rate,
                "interval": interval_json(point.interval),
            }
            for point in curve.points
        ],
    }


def _check(check: CheckMetrics) -> JsonObject:
    return {
        "verifier": check.verifier,
        "versions": list(check.versions),
        "required": check.required,
        "decided_by": check.decided_by,
        "sessions": rate_json(check.sessions),
        "turns": rate_json(check.turns),
        "mean_score": check.mean_score,
    }


def rate_json(rate: Rate) -> JsonObject:
    """A rate: the counts, the share (null without a count) and its interval."""
    return {
        "passed": rate.passed,
        "total": rate.total,
        "rate": rate.value,
        "interval": interval_json(rate.interval),
    }


def _pass_k(entry: PassK) -> JsonObject:
    return {"k": entry.k, "value": entry.value, "interval": interval_json(entry.interval), "tasks": entry.tasks}


def interval_json(interval: Interval) -> JsonObject:
    """An interval and its confidence level."""
    return {"low": interval.low, "high": interval.high, "level": interval.level}


def _spread(spread: Spread) -> JsonObject:
    return {"count": spread.count, "mean": spread.mean, "min": spread.least, "max": spread.most}


def _role(usage: RoleUsage) -> JsonObject:
    return {
        **spent_json(usage.spent),
        "tokens_per_conversation": usage.tokens_per_conversation,
        "cost_per_conversation_usd": usage.cost_per_conversation_usd,
    }


def spent_json(usage: Usage) -> JsonObject:
    """Tokens, calls and cost (null when a price is unknown)."""
    return {**_tokens(usage), "cost_usd": usage.cost_usd}


def _tokens(usage: Usage) -> JsonObject:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
        "calls": usage.calls,
    }


def _by_role(arms: tuple[ArmMetrics, ...]) -> dict[ModelRole, Usage]:
    spent: dict[ModelRole, Usage] = {}
    for usage in (usage for arm in arms for usage in arm.usage):
        spent[usage.role] = spent.get(usage.role, Usage()) + usage.spent
    return dict(sorted(spent.items()))


def _modes(arms: tuple[ArmMetrics, ...]) -> JsonObject:
    return dict(sorted(sum((Counter(arm.modes) for arm in arms), Counter[Mode]()).items()))


def _first_failed_turns(arms: tuple[ArmMetrics, ...]) -> JsonObject:
    total = sum((Counter(arm.first_failed_turns) for arm in arms), Counter[int]())
    return {str(turn): count for turn, count in sorted(total.items())}


def _learning(arms: tuple[ArmMetrics, ...]) -> JsonObject:
    return {
        "cue_hits": sum(arm.learning.cue_hits for arm in arms),
        "action_adoptions": sum(arm.learning.action_adoptions for arm in arms),
        "failed_adoptions": sum(arm.learning.failed_adoptions for arm in arms),
    }


def _totals(totals: LearningTotals) -> JsonObject:
    return {
        "cue_hits": totals.cue_hits,
        "action_adoptions": totals.action_adoptions,
        "failed_adoptions": totals.failed_adoptions,
        "sessions_with_cues": totals.sessions_with_cues,
    }
