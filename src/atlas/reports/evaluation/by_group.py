"""By group: where the runs are good and where they are not, with small groups marked."""

from __future__ import annotations

from atlas.reports.breakdown import FEW, Group
from atlas.reports.evaluation.figures import (
    Groups,
    chart_rows,
    complexity_figure,
    refusal_figure,
    tool_figure,
)
from atlas.reports.evaluation.report import EvaluationReport
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import NOTHING, rated

FEW_MARK = " †"
_FEW_NOTE = f"† fewer than {FEW} conversations behind it: whatever the rate is, it says little."
_LOOK = "Shown to find where to look; none of these differences was tested."


def tools(report: EvaluationReport) -> Section:
    """Turns right, and reference calls made, by tool."""
    return Section(
        "By tool",
        (
            "A turn counts under the tool of the reference call that decides it, its last. It is right when "
            "every required check that speaks of turns says so; wrong changes show in the final state alone.",
            _LOOK,
        ),
        figures=(tool_figure(report),),
        tables=(
            _table(report, "Turns right, by tool", lambda run: run.tools),
            _table(report, "Turns with every reference call made (a metric), by tool", lambda run: run.calls),
        ),
    )


def families(report: EvaluationReport) -> Section:
    """Strict success by task family."""
    table = _table(report, "Strict success by family", lambda run: run.families)
    return Section("By family", (_LOOK,), tables=(table,))


def complexity(report: EvaluationReport) -> Section:
    """Strict success by complexity."""
    table = _table(report, "Strict success by complexity", lambda run: run.complexity)
    return Section("By complexity", (_LOOK,), figures=(complexity_figure(report),), tables=(table,))


def refusals(report: EvaluationReport) -> Section:
    """Turns that had to be refused, by failure category."""
    title = "Refusals by failure category"
    if not any(run.refusals for run in report.runs):
        return Section(title, ("No scored turn of these conversations had to be refused.",))
    return Section(
        title,
        (
            "Turns that must not be carried out. One is handled when the reply names a right reason and claims no "
            "success; that nothing was changed is checked in the final state of the conversation.",
            _LOOK,
        ),
        figures=(refusal_figure(report),),
        tables=(_table(report, "Turns to be refused that were handled, by category", lambda run: run.refusals),),
    )


def _table(report: EvaluationReport, caption: str, groups: Groups) -> Table:
    """One row a group, one column a run."""
    groups_by_row = chart_rows(report.runs, groups)
    rows = tuple((row.label, *map(_cell, row.groups)) for row in groups_by_row)
    few = any(group.few for row in groups_by_row for group in row.groups if group)
    columns = (*words("group"), *numbers(*(run.label for run in report.runs)))
    return Table(caption, columns, rows, (_FEW_NOTE,) if few else ())


def _cell(group: Group | None) -> str:
    return NOTHING if group is None else rated(group.rate) + (FEW_MARK if group.few else "")
