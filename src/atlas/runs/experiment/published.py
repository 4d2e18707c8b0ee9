"""What an experiment leaves in its folder, and what it says on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console, Group
from rich.text import Text

from atlas.core.json import JsonObject, to_json
from atlas.core.session import Session
from atlas.export.artifacts import write_bytes, write_json, write_text
from atlas.reports.experiment.document import experiment_json
from atlas.reports.experiment.layout import ALONE, SPLITS, STREAM, arm
from atlas.reports.experiment.page import experiment_page, findings, short_table
from atlas.reports.experiment.report import ExperimentReport
from atlas.reports.experiment.sweep import sweep_json, sweep_page, sweep_report, variants_table
from atlas.reports.html import page_html
from atlas.reports.markdown import page_md
from atlas.reports.page import Page, Table
from atlas.reports.tables import page_table
from atlas.reports.wording import finding
from atlas.settings import Settings
from atlas.telemetry.redaction import Redactor


@dataclass(frozen=True, slots=True)
class Published:
    """An experiment that has been written, for a sweep to compare with others."""

    name: str
    report: ExperimentReport
    sessions: Sequence[Session]


def publish(folder: Path, report: ExperimentReport, settings: Settings, console: Console) -> None:
    """Write report.json, report.md, report.html, figures, playbooks and histories; print table and findings."""
    page, redactor = experiment_page(report), Redactor(settings.secrets())
    for book in report.books:
        entries = to_json(book.versions[-1].entries) if book.versions else []
        text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=100)
        write_text(folder / f"playbooks/order-{book.order + 1}.yaml", redactor.text(text))
        write_text(folder / f"history/order-{book.order + 1}.txt", redactor.text(book.history))
    _write(folder, page, experiment_json(report), redactor)
    alone = [arm(ALONE, tasks) for tasks in (*SPLITS, STREAM)]
    _show(console, page, short_table(report), findings(report, *alone), folder, redactor)


def publish_sweep(
    folder: Path, variants: Sequence[Published], command: str, settings: Settings, console: Console
) -> None:
    """Write and print what the variants come to side by side."""
    named = [(variant.name, variant.report) for variant in variants]
    report = sweep_report(named, [variant.sessions for variant in variants], command)
    page, redactor = sweep_page(report), Redactor(settings.secrets())
    _write(folder, page, sweep_json(report), redactor)
    _show(console, page, variants_table(report), tuple(map(finding, report.comparisons)), folder, redactor)


def _write(folder: Path, page: Page, document: JsonObject, redactor: Redactor) -> None:
    for figure in page.figures:
        write_bytes(folder / f"{figure.name}.svg", figure.picture.svg)
        write_bytes(folder / f"{figure.name}.png", figure.picture.png)
    write_json(folder / "report.json", redactor(document))
    write_text(folder / "report.md", redactor.text(page_md(page)))
    write_text(folder / "report.html", redactor.text(page_html(page)))


def _show(
    console: Console, page: Page, table: Table, said: Sequence[str], folder: Path, redactor: Redactor
) -> None:
    sentences = [*page.warnings, *said]
    console.print(Group(page_table(table, page.heading), *(Text(redactor.text(line)) for line in sentences)))
    console.print(f"Report: {folder / 'report.html'}", highlight=False, soft_wrap=True)
