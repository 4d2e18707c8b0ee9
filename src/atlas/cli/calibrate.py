"""`atlas calibrate`: whether the impact statistics can be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def calibrate(
    seed: Annotated[int, typer.Option(help="Seed of conversations, habits and draws.")] = 42,
    sessions: Annotated[
        int, typer.Option(min=20, help="Conversations of one replication that call for the planted entries.")
    ] = 200,
    replications: Annotated[int, typer.Option(min=1, help="How often everything is played.")] = 6,
    withhold_rate: Annotated[
        list[float] | None,
        typer.Option(
            min=0.01, max=0.9, help="A rate of withholding; repeatable. [0.3 and 0.1, of new entries and of old]"
        ),
    ] = None,
    paired: Annotated[
        int,
        typer.Option(min=2, help="Sessions of a replication that are played twice, to measure what is planted."),
    ] = 30,
    rounds: Annotated[
        int, typer.Option(min=0, help="Rounds of learning from a poisoned synthesizer; 0 leaves that part out.")
    ] = 5,
    heldout: Annotated[int, typer.Option(min=2, help="Tasks held out to tell what the poison costs.")] = 100,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a processor if left out.")] = None,
    output_dir: Annotated[Path, typer.Option(help="Where the report is written.")] = Path("results/calibration"),
) -> None:
    """Play offline sessions under entries of known effect, and report how well their effects are recovered.

    Then a synthesizer that proposes what misleads the student teaches it, round after round, with the acceptance
    gate (learning.acceptance) off and on.

    Everything is simulated: the scripted student's habits are the truth that the statistics are held against.
    """
    from atlas.learning.config import UsageConfig
    from atlas.runs.calibrate import CalibrationPlan
    from atlas.runs.calibrate import calibrate as run
    from atlas.settings import Settings

    defaults = UsageConfig()
    rates = tuple(dict.fromkeys(withhold_rate or (defaults.new_entry_withhold_rate, defaults.withhold_rate)))
    plan = CalibrationPlan(seed, sessions, replications, rates, paired, rounds, heldout, workers, output_dir)
    run(plan, Settings.load())
