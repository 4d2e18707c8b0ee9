"""`atlas db`: the embedded PostgreSQL, and the schema of the session store."""

from __future__ import annotations

import typer

from atlas.cli.running import run_async

app = typer.Typer(help="The embedded PostgreSQL, and the store's schema.", no_args_is_help=True)


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
    """Bring the schema of the session store up to date."""
    from atlas.runs.database import migrate_store
    from atlas.settings import Settings

    run_async(migrate_store(Settings.load()))
