"""`atlas review`: which sessions may be exported and learned from."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli.running import run_async
from atlas.cli.statuses import ReviewStatus, values

app = typer.Typer(no_args_is_help=True)
Sessions = Annotated[
    list[str], typer.Argument(metavar="SESSION", help="Number or id, as `atlas review list` shows it.")
]
DatabaseUrl = Annotated[
    str | None, typer.Option(help="The store; default STORAGE__DATABASE_URL, else the embedded one.")
]


@app.command("list")
def list_(
    status: Annotated[
        list[ReviewStatus] | None, typer.Option(help="Only this status (repeatable); all when left out.")
    ] = None,
    learning_key: Annotated[str | None, typer.Option(help="Only sessions under this learning key.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Only the last N sessions.")] = 20,
    database_url: DatabaseUrl = None,
) -> None:
    """Sessions, newest first: number, review status, reward, strict success, id, request and notes."""
    from atlas.runs.review import list_sessions
    from atlas.settings import Settings

    run_async(list_sessions(Settings.load(), database_url, values(status or ReviewStatus), learning_key, limit))


@app.command()
def approve(
    sessions: Sessions,
    note: Annotated[str, typer.Option(help="Why; kept with the session.")] = "",
    database_url: DatabaseUrl = None,
) -> None:
    """Let sessions be exported. What a quarantined one taught comes back into its playbook."""
    from atlas.runs.review import approve_sessions
    from atlas.settings import Settings

    run_async(approve_sessions(Settings.load(), database_url, sessions, note))


@app.command()
def quarantine(
    sessions: Sessions,
    note: Annotated[str, typer.Option(help="Why; kept with the session.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Keep sessions out of exports, and take what they taught out of every playbook."""
    from atlas.runs.review import quarantine_sessions
    from atlas.settings import Settings

    run_async(quarantine_sessions(Settings.load(), database_url, sessions, note))
