"""The loader of GAIA: a split of a dataset as tasks, its attachments looked at first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from atlas.core.tasks import Brief, Setup, Target, Task, TaskId, TurnTarget
from atlas.datasets.gaia.attachment import fault_of
from atlas.datasets.gaia.layout import GaiaLayout, GaiaRow, Split
from atlas.errors import DatasetError

ENVIRONMENT = "gaia"
LEVELS = (1, 2, 3)
AS_OF = "2026-03-02T09:00:00+00:00"
"""The clock of a GAIA world. No question depends on it."""

Asked: TypeAlias = Callable[[str, Sequence[str]], str]
"""The question as the agent reads it, from its text and the names of its files."""


def load_gaia(
    root: Path, instructions: str, asked: Asked, *, split: Split = "validation", levels: Sequence[int] = LEVELS
) -> tuple[Task, ...]:
    """Every question of those levels as a task, in file order.

    Raises `DatasetError` for a dataset that is missing, empty or wrong, and for an attachment that is missing or
    corrupt.
    """
    layout = GaiaLayout(root, split)
    metadata = layout.metadata()
    rows = layout.rows()
    chosen = [row for row in rows if row.level in levels]
    if not chosen:
        named = ", ".join(str(level) for level in sorted(levels)) or "none"
        raise DatasetError(f"no question is of the levels asked for ({named})", path=metadata)
    for row, fault in faults(layout, chosen):
        raise DatasetError(f"{row.file_name}: {fault}", path=metadata, line=row.line, key="file_name")
    revision = revision_of(layout, rows)
    return tuple(_task(row, layout, instructions, asked, revision) for row in chosen)


def faults(layout: GaiaLayout, rows: Sequence[GaiaRow]) -> Iterator[tuple[GaiaRow, str]]:
    """The questions whose attachment cannot be used, with the reason."""
    for row in rows:
        if row.file_name is not None and (fault := fault_of(layout.folder / row.file_name)):
            yield row, fault


def revision_of(layout: GaiaLayout, rows: Sequence[GaiaRow]) -> str:
    """ "sha256:<16 hex>" of the questions, the answers and every attachment that is there."""
    digest = sha256()
    for path in (
        layout.metadata(),
        layout.answers,
        *(layout.folder / row.file_name for row in rows if row.file_name),
    ):
        if path.is_file():
            digest.update(sha256(path.read_bytes()).digest())
    return f"sha256:{digest.hexdigest()[:16]}"


def _task(row: GaiaRow, layout: GaiaLayout, instructions: str, asked: Asked, revision: str) -> Task:
    files = [row.file_name] if row.file_name else []
    brief = Brief(
        task_id=TaskId(row.task_id),
        environment=ENVIRONMENT,
        family=f"level_{row.level}",
        instructions=instructions,
        turns=(asked(row.question, files),),
    )
    sources = [{"name": name, "source": str((layout.folder / name).resolve())} for name in files]
    # The setup is what the environment loads: the files of this question, and nothing of where the answers lie.
    setup = Setup(AS_OF, row.task_id, {"files": sources})
    reply = "" if row.answer is None else f"FINAL ANSWER: {row.answer}"
    target = Target((TurnTarget(reply=reply),), answer=row.answer)
    kind = Path(row.file_name).suffix.lower().lstrip(".") if row.file_name else "none"
    return Task(brief, setup, target, layout.split, revision, {"level": str(row.level), "file": kind})
