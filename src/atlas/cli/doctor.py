"""`atlas doctor`: what is there, what is missing, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async


def doctor(
    config: Annotated[
        Path | None, typer.Option(help="A run config: checks its keys, and asks each of its models for one token.")
    ] = None,
) -> None:
    """Check versions, databases, migrations, keys, models and sandbox, a line each. Exits with 1 for a needed one.

    Nothing is changed, but an embedded server that does not run is started, as every other command would.
    """
    from atlas.runs.doctor import examine
    from atlas.settings import Settings

    run_async(examine(config, Settings.load()))
