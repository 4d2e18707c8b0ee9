"""`atlas calibrate`: whether the impact statistics can be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def calibrate(
    seed: Annotated[int, typer.Option(help="Seed of conversations, habits and draws.")] = 42,
    sessions: Annotated[int, typer.Option(min=20, help="Conversations of one replication.")] = 200,
    replications: Annotated[int, typer.Option(min=1, help="How often everything is played.")] = 6,
    withhold_rate: Annotated[
        list[float] | None, typer.Option(min=0.01, max=0.9, help="A rate of withholding; repeatable. [0.1 and 0.5]")
    ] = None,
    paired: Annotated[
        int,
        typer.Option(min=2, help="Sessions of a replication that are played twice, to measure what is planted."),
    ] = 30,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a processor if left out.")] = None,
    output_dir: Annotated[Path, typer.Option(help="Where the report is written.")] = Path("results/calibration"),
) -> None:
    """Play offline sessions under entries of known effect, and report how well their effects are recovered.

    Everything is simulated: the scripted student's habits are the truth that the statistics are held against.
    """
    from atlas.runs.calibrate import CalibrationPlan
    from atlas.runs.calibrate import calibrate as run

    rates = tuple(dict.fromkeys(withhold_rate or (0.1, 0.5)))
    run(CalibrationPlan(seed, sessions, replications, rates, paired, workers, output_dir))
