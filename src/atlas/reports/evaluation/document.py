"""The document of an evaluation report: report.json, every number of the page and more."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.core.json import JsonObject, to_json
from atlas.reports.breakdown import Group
from atlas.reports.document import arm_json, comparison_json, rate_json
from atlas.reports.evaluation.effort import Effort
from atlas.reports.evaluation.positions import Position
from atlas.reports.evaluation.report import EvaluationReport, Measured


def evaluation_json(report: EvaluationReport) -> JsonObject:
    """The document. Published figures stand apart under `published`, as text with their sources."""
    return {
        "title": report.title,
        "timestamp": report.timestamp,
        "simulated": report.simulated,
        "warnings": list(report.warnings),
        "baseline": report.baseline,
        "runs": [_run(run) for run in report.runs],
        "comparisons": [comparison_json(comparison) for comparison in report.comparisons],
        "cost_claims": [to_json(claim) for claim in report.economies],
        "published": [{"comparable": False, **to_json(board)} for board in report.boards],
        "command": report.command,
    }


def _run(run: Measured) -> JsonObject:
    evaluation = run.evaluation
    return {
        "label": run.label,
        "run_id": evaluation.run_id,
        "status": evaluation.status,
        "conditions": to_json(evaluation.conditions),
        "sessions_planned": evaluation.planned,
        "metrics": arm_json(run.metrics),
        "metrics_on_common_conversations": arm_json(run.common) if run.common else None,
        "infrastructure_failures": [to_json(failed) for failed in run.metrics.failed],
        "turns_right_by_tool": _groups(run.tools),
        "reference_calls_made_by_tool": _groups(run.calls),
        "success_by_family": _groups(run.families),
        "success_by_complexity": _groups(run.complexity),
        "refusals_handled_by_category": _groups(run.refusals),
        "by_turn": [_position(position) for position in run.positions],
        "failed_only_in_state": rate_json(run.wrong_only_in_state),
        "effort": _effort(run.effort),
    }


def _groups(groups: Sequence[Group]) -> JsonObject:
    return {group.name: {**rate_json(group.rate), "tasks": group.tasks, "few": group.few} for group in groups}


def _position(position: Position) -> JsonObject:
    return {"turn": position.turn, "right": rate_json(position.right), "broke": rate_json(position.broke)}


def _effort(effort: Effort) -> JsonObject:
    return {
        "turns": effort.turns,
        "steps_per_turn": effort.steps_per_turn,
        "calls_per_turn": effort.calls_per_turn,
        "tool_errors": rate_json(effort.errors),
        "model_time_per_turn": to_json(effort.latency),
    }
