"""The artifacts of a run: what it leaves in its output folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from atlas.core.json import to_json
from atlas.core.session import Session
from atlas.core.tasks import Task
from atlas.export.artifacts import write_bytes, write_json, write_jsonl, write_text
from atlas.export.record import Exported
from atlas.export.sessions import write_sessions
from atlas.reports.document import metrics_json
from atlas.reports.markdown import readme_md, report_md
from atlas.reports.plots import learning_curve_png
from atlas.reports.run import RunReport
from atlas.telemetry.redaction import Redactor


def write_artifacts(
    folder: Path,
    report: RunReport,
    sessions: Sequence[Session],
    tasks: Sequence[Task],
    payloads: Sequence[object],
    redactor: Redactor,
    source: Path | None = None,
) -> None:
    """Write tasks.jsonl, sessions.jsonl, metrics.json, report.md, README.md and learning_curve.png, each whole.

    `payloads` are the tasks' lines, in order; when they were read from `source` and that is the very file, it is
    left as it is, for it may hold more tasks than were played. Sessions stand arm by arm in the order of `tasks`.
    Raises `StorageError` naming the file that cannot be written.
    """
    asked = {task.task_id: "\n".join(task.brief.turns) for task in tasks}
    place = {task.task_id: number for number, task in enumerate(tasks)}
    arms = {arm.arm: number for number, arm in enumerate(report.arms)}
    ordered = sorted(sessions, key=lambda s: (arms[s.slot.arm], place[s.slot.task_id], s.slot.trial))
    lines = {task.task_id: to_json(payload) for task, payload in zip(tasks, payloads, strict=True)}
    exported = (Exported(s, asked[s.slot.task_id], lines[s.slot.task_id]) for s in ordered)
    tasks_path = folder / "tasks.jsonl"
    if source is None or tasks_path.resolve() != source.resolve():
        write_jsonl(tasks_path, lines.values())
    write_sessions(folder / "sessions.jsonl", exported, redactor)
    write_json(folder / "metrics.json", redactor(metrics_json(report)))
    write_text(folder / "report.md", redactor.text(report_md(report)))
    write_text(folder / "README.md", redactor.text(readme_md(report)))
    write_bytes(folder / "learning_curve.png", learning_curve_png(report))
