"""GAIA datasets as the command handles them: downloaded, generated, listed, checked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import typer

from atlas.datasets.gaia.card import card
from atlas.datasets.gaia.generator.generator import files, generate
from atlas.datasets.gaia.hub import ANNOTATED, RAW, fetch
from atlas.datasets.gaia.layout import GaiaLayout, Split
from atlas.datasets.gaia.loader import faults
from atlas.errors import AuditFailed, ConfigError
from atlas.export.artifacts import write_bytes
from atlas.settings import Settings


def download(folder: Path, *, raw: bool, settings: Settings) -> None:
    """Fetch the dataset and check what arrived.

    Raises `ConfigError` for a hub that gives no access, `HubError` for an outage, and `DatasetError` or
    `AuditFailed` for a dataset that is not whole.
    """
    repository = RAW if raw else ANNOTATED
    environ = settings.environ
    fetch(repository, folder, environ.get("HF_ENDPOINT"), environ.get("HF_TOKEN"))
    typer.echo(f"{repository} downloaded to {folder}")
    check(folder, "validation")
    if GaiaLayout(folder, "test").folder.is_dir():
        check(folder, "test")


def generate_dataset(folder: Path, *, seed: int, per_level: int) -> None:
    """Write a generated dataset. Raises `ConfigError` for a folder with other files in it, and `StorageError`."""
    made = files(tasks := generate(seed, per_level))
    foreign = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {
        *made,
        "README.md",
    }
    if foreign:
        raise ConfigError(f"--output {folder} holds other files ({min(foreign)}); name a new folder")
    for path, data in made.items():
        write_bytes(folder / path, data)
    write_bytes(folder / "README.md", card(tasks, seed, per_level, sum(map(len, made.values()))).encode())
    typer.echo(
        f"{len(tasks)} questions of seed {seed} written to {folder} ({sum(map(len, made.values())):,} bytes)"
    )


def check(root: Path, split: Split) -> None:
    """Say what a dataset holds and what is wrong with it. Raises `DatasetError`; `AuditFailed` for attachments."""
    layout = GaiaLayout(root, split)
    rows = layout.rows()
    for row, fault in (found := list(faults(layout, rows))):
        typer.echo(f"{layout.metadata()}:{row.line}: {row.file_name}: {fault}", err=True)
    levels = ", ".join(
        f"{count} of level {level}" for level, count in sorted(Counter(r.level for r in rows).items())
    )
    attached = sum(row.file_name is not None for row in rows)
    unpublished = sum(row.answer is None for row in rows)
    typer.echo(f"{root}, split {split}: {len(rows)} questions ({levels}), {attached} attachments")
    if unpublished:
        typer.echo(f"{unpublished} answers are not published; those questions can be played, not graded")
    if found:
        raise AuditFailed(f"{len(found)} attachments of {root} cannot be used; the lines above say why")


def show(root: Path, split: Split, levels: Sequence[int], *, as_json: bool) -> None:
    """List the questions, never their answers. Raises `DatasetError`."""
    layout = GaiaLayout(root, split)
    for row in layout.rows():
        if row.level in levels:
            if as_json:
                shown = {
                    "task_id": row.task_id,
                    "level": row.level,
                    "file": row.file_name,
                    "question": row.question,
                }
                typer.echo(json.dumps(shown, ensure_ascii=False))
            else:
                kind = Path(row.file_name).suffix.lstrip(".") if row.file_name else "-"
                typer.echo(f"{row.task_id}  {row.level}  {kind:5} {_short(row.question)}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:87]}..."
