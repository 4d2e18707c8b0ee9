"""Orientation: published figures of other benchmarks, each with the reason why it cannot be compared."""

from __future__ import annotations

from atlas.reports.evaluation.published import Board, PublishedValue
from atlas.reports.evaluation.report import EvaluationReport
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import percent_interval


def published(report: EvaluationReport) -> Section:
    """One table a source."""
    return Section(
        "Published figures, for orientation",
        (
            "Published, not run here, not comparable with the numbers above, and in none of their statistics. "
            "Where a source says how many conversations it played, the interval is ours.",
        ),
        tables=tuple(map(_table, report.boards)),
    )


def _table(board: Board) -> Table:
    return Table(
        f"Published, not run here: {board.name}",
        (*words("system"), *numbers(*board.metrics)),
        tuple((row.system, *map(_cell, row.values)) for row in board.rows),
        (
            f"Published, not run here, not comparable because {board.not_comparable}.",
            f"What it measured: {board.measured}",
            f"Source: {board.source}.",
        ),
    )


def _cell(value: PublishedValue) -> str:
    if value.counts is None or value.interval is None:
        return value.text
    passed, total = value.counts
    return f"{value.text} ({percent_interval(value.interval)}), {passed} of {total}"
