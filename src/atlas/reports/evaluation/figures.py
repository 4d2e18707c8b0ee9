"""The figures of an evaluation report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from atlas.reports.breakdown import Group
from atlas.reports.charts import BarPanel, ChartRow, bar_chart, heat_map, interval_chart
from atlas.reports.evaluation.report import EvaluationReport, Measured
from atlas.reports.metrics import Rate
from atlas.reports.page import Figure
from atlas.reports.wording import NOTHING, amount, money, rated

Groups = Callable[[Measured], Sequence[Group]]


def success_figure(report: EvaluationReport) -> Figure:
    """Strict success of each run with its interval."""
    rows = [ChartRow(run.label, (Group(run.label, run.metrics.success, run.metrics.tasks),)) for run in report.runs]
    said = "; ".join(f"{run.label} {rated(run.metrics.success)}" for run in report.runs)
    title = _title(report, "strict success, 95 % intervals")
    return Figure("success", f"Strict success with 95 % intervals: {said}.", interval_chart(title, [""], rows))


def tool_figure(report: EvaluationReport) -> Figure:
    """A heat map of the share of turns that are right, tool by tool."""
    rows = chart_rows(report.runs, lambda run: run.tools)
    title = _title(report, "turns right, by the tool that decides them")
    picture = heat_map(title, [run.label for run in report.runs], rows)
    return Figure("by_tool", "Share of turns that are right by tool and run; the table below holds it.", picture)


def complexity_figure(report: EvaluationReport) -> Figure:
    """Strict success by complexity."""
    what = "strict success by complexity"
    return _by_group(report, "by_complexity", what, lambda run: run.complexity)


def refusal_figure(report: EvaluationReport) -> Figure:
    """The share of turns to be refused that were handled, by failure category."""
    what = "turns to be refused that were handled, by failure category"
    return _by_group(report, "by_failure_category", what, lambda run: run.refusals)


def spending_figure(report: EvaluationReport) -> Figure:
    """Tokens and money spent in all, per strict success."""
    panels = (
        BarPanel("tokens per strict success", tuple(_tokens_bar(run) for run in report.runs)),
        BarPanel("cost per strict success", tuple(_cost_bar(run) for run in report.runs)),
    )
    said = "; ".join(f"{run.label}: {_tokens_bar(run)[2]} and {_cost_bar(run)[2]}" for run in report.runs)
    picture = bar_chart(_title(report, "what a success costs"), panels)
    return Figure("per_success", f"Tokens and cost per strict success: {said}.", picture)


def chart_rows(runs: Sequence[Measured], groups: Groups) -> list[ChartRow]:
    """Every group of any run as a row, one group a run, in the order of the first run that has it."""
    found = [{group.name: group for group in groups(run)} for run in runs]
    names = dict.fromkeys(group.name for run in runs for group in groups(run))
    return [ChartRow(name, tuple(of_run.get(name) for of_run in found)) for name in names]


def _by_group(report: EvaluationReport, name: str, what: str, groups: Groups) -> Figure:
    series = [run.label for run in report.runs]
    picture = interval_chart(_title(report, what), series, chart_rows(report.runs, groups))
    return Figure(name, f"{what.capitalize()}, each run with 95 % intervals; the table below holds it.", picture)


def _tokens_bar(run: Measured) -> tuple[str, float | None, str]:
    tokens = run.metrics.tokens_per_success
    return run.label, tokens, _per_success(run.metrics.success, amount(tokens))


def _cost_bar(run: Measured) -> tuple[str, float | None, str]:
    cost = run.metrics.cost_per_success_usd
    return run.label, cost, _per_success(run.metrics.success, money(cost))


def _per_success(success: Rate, said: str) -> str:
    return said if success.passed else "no success" if success.total else NOTHING


def _title(report: EvaluationReport, what: str) -> str:
    return f"CRM evaluation: {what}" + (" (SIMULATED)" if report.simulated else "")
