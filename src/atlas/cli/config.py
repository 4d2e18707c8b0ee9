"""`atlas config`: is a run config sound, and what does it come to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="A run config, for example configs/atlas/crm_harness.yaml.")]


@app.command()
def check(file: File) -> None:
    """Name every fault with file, line and key, and the API keys that are missing. Exits with 2 for a fault."""
    from atlas.runs.config import check_config
    from atlas.settings import Settings

    check_config(file, Settings.load())


@app.command()
def show(file: File) -> None:
    """Every key with its effective value and its origin: the default, a line of the file, or the environment."""
    from atlas.runs.config import show_config
    from atlas.settings import Settings

    show_config(file, Settings.load())
