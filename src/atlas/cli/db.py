"""`atlas db`: the embedded PostgreSQL, the schema of the session store, and the base world of the CRM."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async

app = typer.Typer(no_args_is_help=True)


@app.command()
def start() -> None:
    """Start the embedded server and keep it running until `atlas db stop`; print the addresses of its databases."""
    from atlas.runs.database import start_server
    from atlas.settings import Settings

    start_server(Settings.load())


@app.command()
def stop() -> None:
    """Stop the embedded server, whoever uses it."""
    from atlas.runs.database import stop_server
    from atlas.settings import Settings

    stop_server(Settings.load())


@app.command()
def status() -> None:
    """Say which databases are used, and whether they answer. Exits with 1 when one does not."""
    from atlas.runs.database import show_status
    from atlas.settings import Settings

    run_async(show_status(Settings.load()))


@app.command()
def migrate() -> None:
    """Bring the schema of the session store up to date; drop unused schemas of older versions of the CRM."""
    from atlas.runs.database import migrate_store
    from atlas.settings import Settings

    run_async(migrate_store(Settings.load()))


@app.command()
def seed() -> None:
    """Put the shipped base world into the CRM database, for sessions that do not start empty; harmless twice."""
    from atlas.runs.database import seed_world
    from atlas.settings import Settings

    run_async(seed_world(Settings.load()))


@app.command()
def snapshot(output: Annotated[Path, typer.Option(help="The SQL file to write.")]) -> None:
    """Write the CRM's base world as plain SQL, which `atlas db reset` and `psql` can load."""
    from atlas.runs.database import write_snapshot
    from atlas.settings import Settings

    run_async(write_snapshot(Settings.load(), output))


@app.command()
def reset(
    source: Annotated[
        Path | None,
        typer.Option("--input", help="A file of `atlas db snapshot`; without it the shipped world."),
    ] = None,
) -> None:
    """Replace the CRM's base world, in one transaction: when something is wrong, what was there stays."""
    from atlas.runs.database import reset_world
    from atlas.settings import Settings

    run_async(reset_world(Settings.load(), source))
