"""`atlas run`: play a task file under a run config."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async


def run(
    config: Annotated[Path, typer.Option(help="The run config, for example configs/atlas/crm_harness.yaml.")],
    task_file: Annotated[Path, typer.Option(help="Task payloads, from `atlas crm tasks`.")],
    output_dir: Annotated[
        Path | None, typer.Option(help="Where the artifacts go; default artifacts/runs/<run_id>.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Play only the first N tasks.")] = None,
    learning_key: Annotated[str | None, typer.Option(help="The playbook to read and extend.")] = None,
    budget_usd: Annotated[float | None, typer.Option(min=0, help="Stop when the run has cost this much.")] = None,
) -> None:
    """Play every task with student, teacher, judges and playbook, and write the artifacts.

    The same command again completes a run that was interrupted: finished sessions are not played twice.
    """
    from atlas.runs.task_file import TaskFilePlan, run_task_file
    from atlas.settings import Settings

    plan = TaskFilePlan(config, task_file, output_dir, limit, learning_key, budget_usd)
    run_async(
        run_task_file(plan, Settings.load()),
        interrupted="interrupted: what is finished is stored; the same command goes on from there",
    )
