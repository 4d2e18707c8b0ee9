"""`atlas quickstart`: watch an agent learn on the CRM, offline."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async


class Acceptance(StrEnum):
    """The values of learning.acceptance."""

    OFF = "off"
    RUBRIC = "rubric"
    VALIDATED = "validated"


def quickstart(
    resume: Annotated[
        str | None, typer.Option(metavar="RUN_ID", help="Complete a run that was interrupted.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of conversations, habits and resampling.")] = 42,
    train: Annotated[int, typer.Option(min=1, help="Conversations to learn from.")] = 60,
    heldout: Annotated[int, typer.Option(min=2, help="Conversations held out, played before and after.")] = 80,
    acceptance: Annotated[
        Acceptance, typer.Option(help="What decides about lessons; validated tries each version before it is read.")
    ] = Acceptance.RUBRIC,
    concurrency: Annotated[int, typer.Option(min=1, help="Sessions at once in the held-out arms.")] = 4,
    output_dir: Annotated[Path, typer.Option(help="Where the run's folder is made.")] = Path(
        "artifacts/quickstart"
    ),
) -> None:
    """Play a held-out split, learn over a training stream, freeze the playbook and play the split again.

    Everything is offline and simulated: scripted models play every role, on a real PostgreSQL.
    """
    from atlas.runs.quickstart import QuickstartPlan, run_quickstart
    from atlas.settings import Settings

    plan = QuickstartPlan(seed, train, heldout, acceptance.value)
    run_async(run_quickstart(plan, Settings.load(), output_dir, resume, concurrency))
