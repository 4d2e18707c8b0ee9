"""`atlas export`, also as `python -m atlas.cli.export`: the stored sessions as JSON lines; groups for trainers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async
from atlas.cli.statuses import ReviewStatus, values
from atlas.errors import ConfigError

app: typer.Typer = typer.Typer(invoke_without_command=True)


class Format(StrEnum):
    """The formats of `atlas export rollouts`."""

    MESSAGES = "messages"
    PREFERENCE = "preference"
    ATIF = "atif"
    VERIFIERS = "verifiers"
    GROUPS = "groups"


@app.callback()
def export(
    context: typer.Context,
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
    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return
    from atlas.runs.export import ExportPlan, export_sessions, print_schema
    from atlas.settings import Settings

    if schema:
        print_schema()
        return
    statuses = values(include_status or [ReviewStatus.APPROVED])
    plan = ExportPlan(output, database_url, statuses, learning_key, since, limit, trajectory_event_limit)
    run_async(export_sessions(plan, Settings.load()))


@app.command()
def rollouts(
    input_: Annotated[
        Path | None, typer.Argument(metavar="[INPUT]", help="A file of groups; left out with --sessions.")
    ] = None,
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            help="messages and preference: TRL and Hugging Face; atif: v1.8; verifiers: traces; groups: as INPUT.",
        ),
    ] = Format.MESSAGES,
    output: Annotated[Path | None, typer.Option(help="The file to write, whole or not at all.")] = None,
    sessions: Annotated[bool, typer.Option("--sessions", help="The stored sessions instead of a file.")] = False,
    tokenizer: Annotated[
        str | None, typer.Option(help="Tokenise the conversations: a folder, or a name on the Hugging Face hub.")
    ] = None,
    last_turn_only: Annotated[
        bool, typer.Option("--last-turn-only", help="With --tokenizer: mask in the last reply alone.")
    ] = False,
    trim: Annotated[
        bool,
        typer.Option("--trim", help="With --tokenizer: trim assistants' texts first, as many templates do."),
    ] = False,
    advantages: Annotated[
        bool, typer.Option("--advantages", help="With --format groups: advantages of the group, a number a token.")
    ] = False,
    database_url: Annotated[
        str | None,
        typer.Option(help="With --sessions: the store; default STORAGE__DATABASE_URL, else the embedded one."),
    ] = None,
    include_status: Annotated[
        list[ReviewStatus] | None,
        typer.Option(help="With --sessions: of this review status (repeatable); approved when left out."),
    ] = None,
    learning_key: Annotated[
        str | None, typer.Option(help="With --sessions: only those under this learning key.")
    ] = None,
) -> None:
    """Write groups of graded conversations in a format that trainers and other tools read.

    Exits with 1 when there is nothing to write; then no file is written, and one that was there stays as it was.
    """
    from atlas.runs.training.export import TokenChoice, export_rollouts, rollout_export
    from atlas.settings import Settings

    statuses = values(include_status or [ReviewStatus.APPROVED])
    tokens = TokenChoice("last" if last_turn_only else "all", trim, advantages)
    plan = rollout_export(
        input_, sessions, format_.value, output, tokenizer, tokens, database_url, statuses, learning_key
    )
    run_async(export_rollouts(plan, Settings.load()))


def _refuse_options(context: typer.Context) -> None:
    """Options before `rollouts` would be those of the sessions' export, and have no effect."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise ConfigError(f"--{name.replace('_', '-')} goes after the word {context.invoked_subcommand}")


if __name__ == "__main__":
    from atlas.cli.main import main

    main("export")
