"""The figures of an experiment report."""

from __future__ import annotations

from atlas.reports.breakdown import Group
from atlas.reports.charts import (
    BarPanel,
    ChartRow,
    DifferenceRow,
    bar_chart,
    curve_chart,
    difference_chart,
    interval_chart,
)
from atlas.reports.experiment.layout import ALONE, FROZEN, HELD_OUT, LEARNING, SPLITS, STREAM, arm
from atlas.reports.experiment.report import ExperimentReport
from atlas.reports.metrics import ArmMetrics
from atlas.reports.page import Figure
from atlas.reports.wording import NOTHING, amount, money, points, points_interval, rated


def success_figure(report: ExperimentReport) -> Figure:
    """Strict success of every measured arm, split by split."""
    names = [*(arm(condition, split) for split in SPLITS for condition in HELD_OUT), arm(ALONE, STREAM), LEARNING]
    shown = [metrics for name in names if (metrics := report.arm(name)) is not None]
    rows = [ChartRow(metrics.arm, (Group(metrics.arm, metrics.success, metrics.tasks),)) for metrics in shown]
    said = "; ".join(f"{metrics.arm} {rated(metrics.success)}" for metrics in shown)
    title = _title(report, "strict success, 95 % intervals")
    return Figure("success", f"Strict success with 95 % intervals: {said}.", interval_chart(title, [""], rows))


def difference_figure(report: ExperimentReport) -> Figure:
    """Every paired comparison as a difference with its interval."""
    rows = [
        DifferenceRow(f"{made.before} -> {made.after}", made.difference, made.interval, made.conclusion)
        for made in report.comparisons
        if made.difference is not None
    ]
    said = "; ".join(f"{row.label} {points(row.difference)} ({points_interval(row.interval)})" for row in rows)
    title = _title(report, "paired differences in points, 95 % intervals")
    return Figure("differences", f"Paired differences in points: {said}.", difference_chart(title, rows))


def curve_figure(report: ExperimentReport) -> Figure:
    """The learning curve of Atlas over all orders, beside the student alone on the same stream."""
    layout = report.layout
    starts = {curve.arm: layout.seed_sessions if curve.arm == ALONE else 0 for curve in report.curves}
    title = _title(report, "learning curve, all orders together")
    picture = curve_chart(title, report.curves, starts, layout.orders, layout.seed_sessions)
    last = "; ".join(
        f"{curve.arm} ends at {100 * curve.points[-1].rate:.1f} %" for curve in report.curves if curve.points
    )
    return Figure("learning_curve", f"Trailing success by place in the order, with 95 % bands: {last}.", picture)


def cost_figure(report: ExperimentReport) -> Figure:
    """What a success costs in each held-out arm, and with all learning charged."""
    shown = [m for split in SPLITS for condition in HELD_OUT if (m := report.arm(arm(condition, split)))]
    charged, all_in = report.charged, f"{FROZEN}, learning charged"
    tokens, cost = charged.tokens_per_success, charged.cost_per_success_usd
    panels = (
        BarPanel("tokens per strict success", (*map(_tokens, shown), (all_in, tokens, amount(tokens)))),
        BarPanel("cost per strict success", (*map(_cost, shown), (all_in, cost, money(cost)))),
    )
    said = "; ".join(f"{label} {words}" for label, _, words in panels[1].bars)
    picture = bar_chart(_title(report, "what a success costs, all roles"), panels)
    return Figure("per_success", f"Cost per strict success: {said}.", picture)


def _tokens(metrics: ArmMetrics) -> tuple[str, float | None, str]:
    return metrics.arm, metrics.tokens_per_success, amount(metrics.tokens_per_success)


def _cost(metrics: ArmMetrics) -> tuple[str, float | None, str]:
    known = metrics.success.passed > 0
    return metrics.arm, metrics.cost_per_success_usd, money(metrics.cost_per_success_usd) if known else NOTHING


def _title(report: ExperimentReport, what: str) -> str:
    return f"{report.layout.title}: {what}" + (" (SIMULATED)" if report.simulated else "")
