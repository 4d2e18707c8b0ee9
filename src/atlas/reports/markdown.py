"""Markdown: report.md and the artifact's README.md, written from a run report."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from atlas.reports import wording
from atlas.reports.run import RunReport

_FILTERS = (
    wording.percent,
    wording.percent_interval,
    wording.points,
    wording.points_interval,
    wording.p_value,
    wording.money,
    wording.amount,
    wording.score,
    wording.counted,
    wording.finding,
)


def report_md(report: RunReport, figure: str | None = "learning_curve.png") -> str:
    """The whole report. `figure` is the path of the learning curve beside it, None where there is none."""
    return _render("report.md.j2", report, figure)


def readme_md(report: RunReport, figure: str | None = "learning_curve.png") -> str:
    """The artifact folder's README: what was run, on what, what came out, how to read it and how to repeat it."""
    return _render("README.md.j2", report, figure)


def _render(template: str, report: RunReport, figure: str | None) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({function.__name__: function for function in _FILTERS}, cell=_cell)
    return environment.get_template(template).render(report=report, context=report.context, figure=figure)


def _cell(text: str) -> str:
    """Text that stays within one table cell."""
    return " ".join(text.split()).replace("|", "\\|")
