"""`atlas playbook`: what was learned, version by version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async

app = typer.Typer(no_args_is_help=True)
Key = Annotated[str, typer.Argument(help="The learning key, or the beginning of it.")]
Version = Annotated[int | None, typer.Option(min=0, help="A version other than the newest.")]


@app.command("list")
def list_() -> None:
    """Every playbook with its newest version."""
    from atlas.runs.playbook import list_playbooks
    from atlas.settings import Settings

    run_async(list_playbooks(Settings.load()))


@app.command()
def show(key: Key, version: Version = None) -> None:
    """The entries as an agent reads them, where they come from, and what was refused."""
    from atlas.runs.playbook import show_playbook
    from atlas.settings import Settings

    run_async(show_playbook(Settings.load(), key, version))


@app.command()
def diff(
    key: Key,
    before: Annotated[int, typer.Argument(min=0, help="The earlier version; 0 is the empty playbook.")],
    after: Annotated[int | None, typer.Argument(min=1, help="The later version; the newest if left out.")] = None,
) -> None:
    """What was added, removed and changed between two versions."""
    from atlas.runs.playbook import diff_playbook
    from atlas.settings import Settings

    run_async(diff_playbook(Settings.load(), key, before, after))


@app.command()
def edit(key: Key) -> None:
    """Edit the entries in $EDITOR; what could never work is refused with the reason."""
    from atlas.runs.playbook import edit_playbook
    from atlas.settings import Settings

    run_async(edit_playbook(Settings.load(), key))


@app.command()
def export(
    key: Key, output: Annotated[Path, typer.Option(help="The YAML file to write.")], version: Version = None
) -> None:
    """Write the entries to a file."""
    from atlas.runs.playbook import export_playbook
    from atlas.settings import Settings

    run_async(export_playbook(Settings.load(), key, output, version))


@app.command("import")
def import_(
    key: Annotated[str, typer.Argument(help="The learning key, known or new.")],
    source: Annotated[Path, typer.Argument(help="A YAML file as `export` writes it.")],
) -> None:
    """Save the entries of a file as the next version."""
    from atlas.runs.playbook import import_playbook
    from atlas.settings import Settings

    run_async(import_playbook(Settings.load(), key, source))


@app.command()
def rollback(
    key: Key, version: Annotated[int, typer.Argument(min=0, help="The version to go back to; 0 is the empty one.")]
) -> None:
    """Make an earlier version the newest one again; the versions between stay in the history."""
    from atlas.runs.playbook import roll_back_playbook
    from atlas.settings import Settings

    run_async(roll_back_playbook(Settings.load(), key, version))


@app.command()
def impact(
    learning_key: Annotated[str, typer.Option(help="The learning key, or the beginning of it.")],
    quarantine: Annotated[
        bool, typer.Option("--quarantine/--no-quarantine", help="Take entries with significant harm out of use.")
    ] = False,
    min_withheld: Annotated[
        int, typer.Option(min=2, help="Sessions in each arm below which an entry is not tested.")
    ] = 10,
    false_discovery_rate: Annotated[
        float, typer.Option(min=0.0001, max=0.5, help="Share of wrong findings accepted among all.")
    ] = 0.05,
    output: Annotated[
        Path | None, typer.Option(help="Write the report here (.md, or .json) instead of on the screen.")
    ] = None,
) -> None:
    """What each entry does to the reward, by sessions from which it was withheld at random."""
    from atlas.reports.impact.report import Threshold
    from atlas.runs.impact import report_impact
    from atlas.settings import Settings

    threshold = Threshold(min_withheld, false_discovery_rate)
    run_async(report_impact(Settings.load(), learning_key, threshold, quarantine=quarantine, output=output))


@app.command()
def freeze(
    key: Key, off: Annotated[bool, typer.Option("--off", help="Let sessions change it again.")] = False
) -> None:
    """Keep sessions from changing the playbook; they still read it."""
    from atlas.runs.playbook import freeze_playbook
    from atlas.settings import Settings

    run_async(freeze_playbook(Settings.load(), key, on=not off))
