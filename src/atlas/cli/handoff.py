"""`atlas handoff`: what shows somebody else an uplift, in one folder that proves itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async

app = typer.Typer(no_args_is_help=True)


@app.command()
def build(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN...",
            help="Run ids, folders of runs (their artifacts go in too), or files of groups that "
            "`atlas rollout process` wrote.",
        ),
    ],
    output: Annotated[Path, typer.Option(help="The folder to make.")],
    dataset: Annotated[
        list[Path] | None, typer.Option(help="Where a dataset is now, if not where it was played from; repeatable.")
    ] = None,
) -> None:
    """Gather snapshot, datasets, configs, artifacts, playbooks, reports, versions, checksums and commands.

    The figures are made from what is in the bundle, and from nothing else.
    """
    from atlas.runs.handoff.build import BuildPlan
    from atlas.runs.handoff.build import build as build_bundle
    from atlas.settings import Settings

    run_async(build_bundle(BuildPlan(tuple(runs), tuple(dataset or ()), output), Settings.load()))


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(help="A folder that `atlas handoff build` made.")],
    replay: Annotated[bool, typer.Option(help="Play the offline runs again.")] = True,
) -> None:
    """Check every file, make every figure anew and play every offline run again; exits with 1 where one differs.

    Nothing is read but the bundle, and the databases are made for the occasion.
    """
    from atlas.runs.handoff.verify import verify as verify_bundle
    from atlas.settings import Settings

    run_async(verify_bundle(bundle.absolute(), Settings.load(), replay=replay))
