"""`atlas experiment`: find out whether learning helps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async

app = typer.Typer(
    help="Find out whether learning helps: arms on the same held-out tasks, with tests.", no_args_is_help=True
)


@app.command()
def run(
    config: Annotated[Path, typer.Argument(help="For example configs/experiments/crm_uplift.yaml.")],
    sweep: Annotated[
        list[Path] | None, typer.Option(help="A run config to play everything under; repeatable.")
    ] = None,
    more: Annotated[list[Path] | None, typer.Argument(help="More run configs of the sweep.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Play a small one: it decides nothing.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="Folder of the report; default results/experiments/<name of the config>.")
    ] = None,
    budget_usd: Annotated[
        float | None, typer.Option(min=0, help="Stop when a run of the experiment has cost this much.")
    ] = None,
) -> None:
    """Play every arm, compare them, and write report.json, report.md and report.html.

    The same command again goes on with an experiment that was interrupted; nothing is played twice.
    """
    from atlas.runs.experiment.plan import ExperimentPlan
    from atlas.runs.experiment.run import run_experiment
    from atlas.settings import Settings

    plan = ExperimentPlan(config, (*(sweep or ()), *(more or ())), sample, output, budget_usd)
    run_async(
        run_experiment(plan, Settings.load()),
        interrupted="interrupted: what is finished is stored; the same command goes on from there",
    )


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="The folder that `atlas experiment run` writes to.")],
    config: Annotated[
        Path | None, typer.Option(help="The experiment's config, where it or a file that it names has moved.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Where the report goes; default FOLDER.")] = None,
) -> None:
    """Measure what an experiment has played so far, also while it is played, and write its report."""
    from atlas.runs.experiment.report import report_experiment
    from atlas.settings import Settings

    run_async(report_experiment(folder, Settings.load(), config=config, output=output))
