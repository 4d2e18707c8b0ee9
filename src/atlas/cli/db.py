"""`atlas db`: the embedded PostgreSQL."""

from __future__ import annotations

import typer

app = typer.Typer(help="Start, stop and look at the embedded PostgreSQL.", no_args_is_help=True)
