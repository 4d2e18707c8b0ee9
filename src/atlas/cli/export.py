"""`atlas export`, also as `python -m atlas.cli.export`: the stored sessions as JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async
from atlas.cli.statuses import ReviewStatus, values


def export(
    output: Annotated[Path | None, typer.Option(help="The file to write, whole or not at all.")] = None,
    database_url: Annotated[
        str | None, typer.Option(help="The store; default STORAGE__DATABASE_URL, else the embedded one.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the last N sessions that fit.")] = None,
    include_status: Annotated[
        list[ReviewStatus] | None,
        typer.Option(help="Sessions of exactly this review status (repeatable); approved when left out."),
    ] = None,
    trajectory_event_limit: Annotated[
        int, typer.Option(min=0, help="At most the first N events of each session.")
    ] = 200,
    learning_key: Annotated[str | None, typer.Option(help="Only sessions under this learning key.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only sessions finished since: 2026-03-02, or a time (UTC).")
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a record, and exit.")] = False,
) -> None:
    """Write one JSON record a session, in the order they were finished, with secrets masked.

    Exits with 1 when no session fits; then no file is written, and one that was there stays as it was.
    """
    from atlas.runs.export import ExportPlan, export_sessions, print_schema
    from atlas.settings import Settings

    if schema:
        print_schema()
        return
    statuses = values(include_status or [ReviewStatus.APPROVED])
    plan = ExportPlan(output, database_url, statuses, learning_key, since, limit, trajectory_event_limit)
    run_async(export_sessions(plan, Settings.load()))


if __name__ == "__main__":
    from atlas.cli.main import main

    main("export")
