"""Markdown: pages, and the report.md and README.md of a run."""

from __future__ import annotations

import re

from atlas.reports import wording
from atlas.reports.page import Page
from atlas.reports.rendering import rendered
from atlas.reports.run import RunReport


def cell(text: str) -> str:
    """Text that stays within one table cell."""
    return " ".join(text.split()).replace("|", "\\|")


def plain(text: str) -> str:
    """Text in which no character is taken for markup."""
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", " ".join(text.split()))


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
    cell,
)


def page_md(page: Page) -> str:
    """The page as Markdown; its figures are expected beside it, as `<name>.png`."""
    return rendered("page.md.j2", autoescape=False, filters=(cell, plain), page=page)


def report_md(report: RunReport, figure: str | None = "learning_curve.png") -> str:
    """The whole report. `figure` is the path of the learning curve beside it, None where there is none."""
    return _run_page("report.md.j2", report, figure)


def readme_md(report: RunReport, figure: str | None = "learning_curve.png") -> str:
    """The artifact folder's README: what was run, on what, what came out, how to read it and how to repeat it."""
    return _run_page("README.md.j2", report, figure)


def _run_page(template: str, report: RunReport, figure: str | None) -> str:
    return rendered(
        template, autoescape=False, filters=_FILTERS, report=report, context=report.context, figure=figure
    )
