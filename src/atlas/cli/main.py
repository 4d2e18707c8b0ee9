"""The command `atlas`, assembled from its verbs."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated, NamedTuple

import typer

from atlas import __version__
from atlas.errors import AtlasError


class Verb(NamedTuple):
    """Where a verb is, and what it does in a sentence."""

    module: str
    attribute: str
    says: str


VERBS = {
    "quickstart": Verb("quickstart", "quickstart", "Watch an agent learn on the CRM, offline."),
    "run": Verb("run", "run", "Play a task file, or a task with your own project."),
    "doctor": Verb("doctor", "doctor", "Say what is there, what is missing, and what to do."),
    "crm": Verb("crm", "app", "The CRM benchmark: datasets and evaluation."),
    "gaia": Verb("gaia", "app", "GAIA: questions with files, official or generated."),
    "env": Verb("env", "app", "Your own project: find its environment and agent, to be played."),
    "playbook": Verb("playbook", "app", "What was learned, version by version: look, edit, take back, freeze."),
    "report": Verb("report", "app", "Reports over stored sessions."),
    "experiment": Verb("experiment", "app", "Arms, orders and trials: whether learning helped."),
    "calibrate": Verb("calibrate", "calibrate", "Plant effects, and see how well the reports recover them."),
    "handoff": Verb("handoff", "app", "Bundle runs with all that proves their figures; check a bundle."),
    "rollout": Verb("rollout", "app", "Graded trajectories for trainers."),
    "sft-gen": Verb("training", "sft_gen", "Write the best conversations of groups as training data."),
    "dpo-gen": Verb("training", "dpo_gen", "Write pairs of a better and a worse conversation."),
    "export": Verb("export", "app", "Write the stored sessions, or groups, as JSON lines."),
    "review": Verb("review", "app", "Which sessions may be exported and learned from."),
    "config": Verb("config", "app", "Run configs: check them, show what they come to."),
    "db": Verb("db", "app", "The embedded PostgreSQL, the store's schema, the CRM's base world."),
}


def assembled(asked: str | None = None) -> typer.Typer:
    """The command, whole, or with nothing but the name of every verb that was not `asked` for.

    Typer reads all options of all verbs before it looks at the command line, and that takes longer than all else.
    """
    app = typer.Typer(
        name="atlas",
        help="Make tool-using LLM agents measurably better from their own experience.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(options)
    for name, verb in VERBS.items():
        found = None
        if asked in (None, name):
            found = getattr(import_module(f"atlas.cli.{verb.module}"), verb.attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name, help=verb.says)
        else:
            app.command(name, short_help=verb.says)(found or _not_asked)
    return app


def _not_asked() -> None:
    raise AssertionError("a verb that is run was asked for")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"atlas {__version__}")
        raise typer.Exit


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
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    try:
        assembled(asked)(prog_name="atlas" if verb else None)
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
