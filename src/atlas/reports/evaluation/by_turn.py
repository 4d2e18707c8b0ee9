"""By turn: how the runs fare as a conversation goes on, and where it breaks first."""

from __future__ import annotations

from atlas.reports.evaluation.positions import Position
from atlas.reports.evaluation.report import EvaluationReport, Measured
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import rated


def positions(report: EvaluationReport) -> Section:
    """One table a run."""
    return Section(
        "By turn position",
        ("The share that broke is over the conversations whose earlier turns were all right.",),
        points=tuple(
            f"{run.label}: of its failed conversations {rated(run.wrong_only_in_state)} have no wrong turn, only a "
            "wrong final state."
            for run in report.runs
            if run.wrong_only_in_state.total
        ),
        tables=tuple(map(_table, report.runs)),
    )


def _table(run: Measured) -> Table:
    columns = (*words("turn"), *numbers("turns right", "broke here first"))
    return Table(f"{run.label}, by turn", columns, tuple(map(_row, run.positions)))


def _row(position: Position) -> tuple[str, ...]:
    return str(position.turn), rated(position.right), rated(position.broke)
