"""The data card of the shipped datasets, written anew."""

from __future__ import annotations

from pathlib import Path

import typer

from atlas.datasets.card import data_card
from atlas.export.artifacts import write_text


def write_data_card(folder: Path) -> None:
    """Count the datasets in `folder`; their card is its README.md. Raises `DatasetError`, `StorageError`."""
    write_text(folder / "README.md", data_card(folder))
    typer.echo(f"data card written to {folder / 'README.md'}")
