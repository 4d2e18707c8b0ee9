"""A CRM report: evaluation runs read from the store, measured side by side, and written for people."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rich.console import Console, Group
from rich.text import Text

from atlas.assembly import databases
from atlas.core.session import RunId
from atlas.errors import ConfigError
from atlas.export.artifacts import write_bytes, write_json, write_text
from atlas.reports.evaluation.document import evaluation_json
from atlas.reports.evaluation.headline import success_table
from atlas.reports.evaluation.page import evaluation_page
from atlas.reports.evaluation.report import EvaluationReport, evaluation_report
from atlas.reports.html import page_html
from atlas.reports.markdown import page_md
from atlas.reports.page import Page
from atlas.reports.tables import page_table
from atlas.reports.wording import finding
from atlas.runs.stored_evaluation import named_run, stored_evaluations
from atlas.settings import Settings
from atlas.storage.store import open_store
from atlas.telemetry.redaction import Redactor

RESULTS = Path("results/crm")


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """What `atlas crm report` was asked for: runs and baseline by id or folder, datasets that were moved."""

    runs: tuple[str, ...]
    baseline: str | None
    datasets: tuple[Path, ...]
    smallest_effect: float
    output: Path | None

    @property
    def command(self) -> str:
        """The shell line that repeats the report."""
        words = ["atlas", "crm", "report", *self.runs]
        words += ["--baseline", self.baseline] if self.baseline else []
        words += [word for path in self.datasets for word in ("--dataset", str(path))]
        words += ["--smallest-effect", str(self.smallest_effect)] if self.smallest_effect != 0.05 else []
        words += ["--output", str(self.output)] if self.output else []
        return shlex.join(words)


async def write_report(plan: ReportPlan, settings: Settings) -> None:
    """Measure the runs, print the main tables and write the report.

    Raises `ConfigError` for runs that cannot be reported, `DatasetError` for a dataset that is not the one played,
    `StorageError` when the database or the disk fails.
    """
    run_ids = [named_run(run) for run in plan.runs]
    baseline = named_run(plan.baseline) if plan.baseline else run_ids[0]
    _check_choice(run_ids, baseline)
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(databases(settings))
        store = await stack.enter_async_context(open_store(addresses.atlas_url))
        evaluations = await stored_evaluations(store, run_ids, plan.datasets)
    names = [evaluation.label for evaluation in evaluations]
    base = names[run_ids.index(baseline)]
    report = evaluation_report(evaluations, base, plan.command, smallest_effect=plan.smallest_effect)
    page, redactor = evaluation_page(report), Redactor(settings.secrets())
    folder = plan.output or RESULTS / slug(names, [*run_ids, baseline])
    _write(folder, report, page, redactor)
    console = Console()
    _show(console, report, page, redactor)
    console.print(f"Report: {folder / 'report.html'}", highlight=False, soft_wrap=True)


def slug(names: Sequence[str], identity: Sequence[str]) -> str:
    """A folder name of the runs' names, made unique by a digest of `identity`."""
    words = re.sub(r"[^a-z0-9.]+", "-", "-vs-".join(names).lower()).strip("-")[:60].rstrip("-")
    return f"{words}-{sha256(' '.join(identity).encode()).hexdigest()[:8]}"


def _check_choice(run_ids: Sequence[RunId], baseline: RunId) -> None:
    twice = sorted({run_id for run_id in run_ids if run_ids.count(run_id) > 1})
    if twice:
        raise ConfigError(f"run {twice[0]} is named twice; a run cannot be compared with itself")
    if baseline not in run_ids:
        raise ConfigError(f"the baseline {baseline} is not among the runs of the report; name it as a RUN as well")


def _write(folder: Path, report: EvaluationReport, page: Page, redactor: Redactor) -> None:
    for figure in page.figures:
        write_bytes(folder / f"{figure.name}.svg", figure.picture.svg)
        write_bytes(folder / f"{figure.name}.png", figure.picture.png)
    write_json(folder / "report.json", redactor(evaluation_json(report)))
    write_text(folder / "report.md", redactor.text(page_md(page)))
    write_text(folder / "report.html", redactor.text(page_html(page)))


def _show(console: Console, report: EvaluationReport, page: Page, redactor: Redactor) -> None:
    table = page_table(success_table(report), page.heading)
    said = [*page.warnings, *map(finding, report.comparisons)]
    console.print(Group(table, *(Text(redactor.text(sentence)) for sentence in said)))
