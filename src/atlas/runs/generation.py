"""A dataset, generated."""

from __future__ import annotations

from pathlib import Path

import typer

from atlas.datasets.generator import generate_set
from atlas.export.artifacts import write_jsonl

SHARES = {"train": 0.4, "test": 0.4, "transfer": 0.2}


def write_dataset(output: Path, *, seed: int, count: int) -> None:
    """Write `count` conversations, 40 % train, 40 % test, the rest transfer. Raises `StorageError`."""
    train, test = round(count * SHARES["train"]), round(count * SHARES["test"])
    rows = generate_set(seed, {"train": train, "test": test, "transfer": count - train - test})
    write_jsonl(output, rows)
    typer.echo(f"{count} conversations of seed {seed} written to {output}")
