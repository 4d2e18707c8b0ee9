"""`atlas rollout`: graded trajectories for those who train."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli import rollout_view
from atlas.cli.running import run_async

app = typer.Typer(no_args_is_help=True)
# The flags are the fields of the rollout config, so that a file and a command line have the same names; they are
# read, and listed by --help, where those fields are known.
FLAGS = {"ignore_unknown_options": True, "help_option_names": []}
Words = Annotated[list[str] | None, typer.Argument(metavar="ENV [FLAGS]", help="--help lists the flags.")]


@app.command()
def api(
    host: Annotated[str, typer.Option(help="Address to listen at; others than loopback let others in.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0 takes a free one.")] = 8000,
    queue: Annotated[str, typer.Option(help="Name of the queue in the database; one server has it at a time.")] = (
        "default"
    ),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Drop what the queue holds: groups, batches, registrations.")
    ] = False,
    max_body_mb: Annotated[
        float, typer.Option(min=0.001, help="Largest request after decompression; larger ones get 413.")
    ] = 64.0,
    max_in_flight_mb: Annotated[
        float, typer.Option(min=0.001, help="Requests held in memory at once; more get 503.")
    ] = 256.0,
    max_waiting_groups: Annotated[
        int, typer.Option(min=1, help="Groups that wait for a trainer; more get 503.")
    ] = 100_000,
    max_waiting_mb: Annotated[
        float, typer.Option(min=0.001, help="Size of the groups that wait for a trainer; more get 503.")
    ] = 20_000.0,
) -> None:
    """Take groups from environments, keep them in PostgreSQL, and hand batches to trainers.

    Speaks the protocol of Atropos' run-api: its trainers and environments work unchanged. With ATLAS_ROLLOUT_TOKEN
    set, every request needs it: as `Authorization: Bearer TOKEN`, or in the URL as http://atlas:TOKEN@host:port.
    """
    from atlas.rollouts.api.config import ApiConfig
    from atlas.runs.trajectory_api import ApiPlan, run_api
    from atlas.settings import Settings

    config = ApiConfig(
        max_body_mb=max_body_mb,
        max_in_flight_mb=max_in_flight_mb,
        max_waiting_groups=max_waiting_groups,
        max_waiting_mb=max_waiting_mb,
    )
    run_async(
        run_api(ApiPlan(host, port, queue, fresh, config), Settings.load()),
        interrupted="stopped; what waits is kept",
    )


@app.command(context_settings=FLAGS)
def serve(words: Words = None) -> None:
    """Play groups for a trainer, and hand them to the trajectory API that it reads from."""
    from atlas.runs.rollout.plan import help_text, read_plan

    if "--help" in (words or []):
        typer.echo(help_text("serve"))
        return
    from atlas.runs.rollout.serve import run_serve
    from atlas.settings import Settings

    run_async(run_serve(read_plan("serve", words or []), Settings.load()))


@app.command(context_settings=FLAGS)
def evaluate(words: Words = None) -> None:
    """Play tasks, grade them, and print success rates with their intervals."""
    from atlas.runs.rollout.plan import help_text, read_plan

    if "--help" in (words or []):
        typer.echo(help_text("evaluate"))
        return
    from atlas.runs.rollout.evaluate import run_evaluate
    from atlas.settings import Settings

    run_async(run_evaluate(read_plan("evaluate", words or []), Settings.load()))


@app.command(context_settings=FLAGS)
def process(words: Words = None) -> None:
    """Play groups and write them to a JSONL file, with an HTML page to look at them."""
    from atlas.runs.rollout.plan import help_text, read_plan

    if "--help" in (words or []):
        typer.echo(help_text("process"))
        return
    from atlas.runs.rollout.process import run_process
    from atlas.settings import Settings

    run_async(run_process(read_plan("process", words or []), Settings.load()))


app.command()(rollout_view.view)
