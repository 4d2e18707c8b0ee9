"""`atlas run`: play a task file under a run config, or a task with one's own project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async


def run(
    config: Annotated[
        Path | None,
        typer.Option(help="The run config, for example configs/atlas/crm_harness.yaml; needed with --task-file."),
    ] = None,
    task_file: Annotated[Path | None, typer.Option(help="Task payloads, from `atlas crm tasks`.")] = None,
    task: Annotated[
        list[str] | None,
        typer.Option(help="A task for the project that `atlas env init` has discovered; repeatable."),
    ] = None,
    path: Annotated[Path, typer.Option(help="With --task: the project's root.")] = Path("."),
    env: Annotated[
        list[str] | None, typer.Option(help="With --task: NAME=VALUE, a variable for the project; repeatable.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="With --task: seconds that the project's code may take in one session.")
    ] = 300.0,
    output_dir: Annotated[
        Path | None,
        typer.Option(
            help="Where the artifacts go; default artifacts/runs/<run_id>, .atlas/runs/<run_id> with --task."
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Play only the first N tasks of the file.")] = None,
    learning_key: Annotated[str | None, typer.Option(help="The playbook to read and extend.")] = None,
    budget_usd: Annotated[float | None, typer.Option(min=0, help="Stop when the run has cost this much.")] = None,
) -> None:
    """Play every task with student, teacher, judges and playbook, and write the artifacts.

    With --task-file the same command again completes a run that was interrupted: finished sessions are not played
    twice. With --task the project's own environment and agent play; without --config under the one that
    `atlas env init` generated.
    """
    from atlas.runs.requested import RunRequest, requested
    from atlas.settings import Settings

    request = RunRequest(
        config, task_file, task or [], path, env or [], timeout, output_dir, limit, learning_key, budget_usd
    )
    run_async(
        requested(request, Settings.load()),
        interrupted="interrupted: what is finished is stored; the same command goes on from there",
    )
