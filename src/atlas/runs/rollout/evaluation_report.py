"""An evaluation's report: tables on the screen, and the files that say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from atlas.core.session import Session
from atlas.core.tasks import Task, TaskId
from atlas.export.artifacts import write_bytes, write_json, write_text
from atlas.export.record import Exported
from atlas.export.sessions import write_sessions
from atlas.reports.benchmark_page import benchmark_page, group_table, pass_k_table
from atlas.reports.breakdown import Group, Outcome, breakdown
from atlas.reports.document import metrics_json, rate_json
from atlas.reports.html import page_html
from atlas.reports.markdown import page_md
from atlas.reports.run import RunReport
from atlas.reports.tables import page_table, render
from atlas.telemetry.redaction import Redactor


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """What was measured, the sessions behind it, and the tasks that they played, in order."""

    report: RunReport
    sessions: Sequence[Session]
    tasks: Mapping[TaskId, Task]

    @property
    def by(self) -> str:
        """What the tasks are grouped by: their level where they have one, else their family."""
        return "level" if any("level" in task.labels for task in self.tasks.values()) else "family"

    @property
    def groups(self) -> tuple[Group, ...]:
        return breakdown(self._outcomes())

    def show(self, console: Console) -> None:
        """Every table that has something to show."""
        console.print(render(self.report))
        (arm,) = self.report.arms
        for table in filter(None, (pass_k_table(arm), group_table(self.groups, self.by))):
            console.print(page_table(table, self.report.heading))

    def write(self, folder: Path, redactor: Redactor) -> None:
        """metrics.json, samples.jsonl, report.md, report.html and the figure, each whole. Raises `StorageError`."""
        place = {task_id: number for number, task_id in enumerate(self.tasks)}
        ordered = sorted(self.sessions, key=lambda each: (place[each.slot.task_id], each.slot.trial))
        exported = (Exported(each, "\n".join(self.tasks[each.slot.task_id].brief.turns)) for each in ordered)
        write_sessions(folder / "samples.jsonl", exported, redactor)
        by_group = {group.name: {**rate_json(group.rate), "tasks": group.tasks} for group in self.groups}
        write_json(folder / "metrics.json", redactor({**metrics_json(self.report), "groups": by_group}))
        page = benchmark_page(self.report, self.groups, self.by)
        for figure in page.figures:
            write_bytes(folder / f"{figure.name}.svg", figure.picture.svg)
            write_bytes(folder / f"{figure.name}.png", figure.picture.png)
        write_text(folder / "report.md", redactor.text(page_md(page)))
        write_text(folder / "report.html", redactor.text(page_html(page)))

    def _outcomes(self) -> Iterator[Outcome]:
        for session in self.sessions:
            if session.success is not None:
                task = self.tasks[session.slot.task_id]
                level = task.labels.get("level")
                yield Outcome(f"level {level}" if level else task.brief.family, session.success, task.task_id)
