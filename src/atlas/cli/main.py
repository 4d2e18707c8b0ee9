"""The command `atlas`, assembled from its verbs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from atlas import __version__
from atlas.cli import (
    calibrate,
    config,
    crm,
    db,
    doctor,
    env,
    experiment,
    export,
    gaia,
    handoff,
    playbook,
    quickstart,
    report,
    review,
    rollout,
    run,
    training,
)
from atlas.errors import AtlasError

app = typer.Typer(
    name="atlas",
    help="Make tool-using LLM agents measurably better from their own experience.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("quickstart", short_help="Watch an agent learn on the CRM, offline.")(quickstart.quickstart)
app.command("run", short_help="Play a task file, or a task with your own project.")(run.run)
app.command("doctor", short_help="Say what is there, what is missing, and what to do.")(doctor.doctor)
app.command("calibrate", short_help="Plant effects, and see how well the reports recover them.")(
    calibrate.calibrate
)
app.command("sft-gen", short_help="Write the best conversations of groups as training data.")(training.sft_gen)
app.command("dpo-gen", short_help="Write pairs of a better and a worse conversation.")(training.dpo_gen)
app.add_typer(export.app, name="export", short_help="Write the stored sessions, or groups, as JSON lines.")
app.add_typer(config.app, name="config")
app.add_typer(crm.app, name="crm")
app.add_typer(db.app, name="db")
app.add_typer(env.app, name="env")
app.add_typer(experiment.app, name="experiment")
app.add_typer(handoff.app, name="handoff")
app.add_typer(gaia.app, name="gaia")
app.add_typer(playbook.app, name="playbook")
app.add_typer(report.app, name="report")
app.add_typer(review.app, name="review")
app.add_typer(rollout.app, name="rollout")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"atlas {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options of every verb."""


def main(*verb: str) -> None:
    """Run the command, or one verb of it; an error is one sentence on standard error and its own exit code."""
    sys.argv[1:1] = verb
    debug = "--debug" in sys.argv
    if debug:
        # Accepted after the verb as well, where people type it.
        sys.argv = [sys.argv[0], "--debug", *(word for word in sys.argv[1:] if word != "--debug")]
    try:
        app(prog_name="atlas" if verb else None)
    except AtlasError as error:
        if debug:
            raise
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except Exception as error:
        if debug:
            raise
        typer.echo(f"internal error: {type(error).__name__}: {error} (run it again with --debug)", err=True)
        sys.exit(1)
