"""`atlas report`: what learning did, from the sessions in the store."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.running import run_async

app = typer.Typer(no_args_is_help=True)


class Injection(StrEnum):
    """Whether playbooks were injected into prompts in the sessions of a report."""

    ON = "on"
    OFF = "off"
    TOGGLE = "toggle"


@app.command()
def learning(
    database_url: Annotated[
        str | None, typer.Option(help="The store; default STORAGE__DATABASE_URL, else the embedded one.")
    ] = None,
    recent_window: Annotated[
        int, typer.Option(min=1, help="So many of the last rewarded sessions are recent.")
    ] = 10,
    baseline_window: Annotated[int, typer.Option(min=1, help="So many before those are the baseline.")] = 50,
    limit: Annotated[int, typer.Option(help="The learning keys used last, so many; 0 for all.")] = 5,
    batch_size: Annotated[int, typer.Option(min=1, max=32, help="Learning keys at once.")] = 4,
    summary_only: Annotated[
        bool,
        typer.Option(
            "--summary-only", help="Counts alone: no line a session, no plots, page and tests of entries."
        ),
    ] = False,
    learning_key: Annotated[
        list[str] | None, typer.Option(help="Report this key (repeatable) instead of the ones used last.")
    ] = None,
    filter_project: Annotated[
        str | None, typer.Option(help="Only sessions of this discovered project, by its root or the root's name.")
    ] = None,
    filter_task: Annotated[
        str | None, typer.Option(help="Only sessions of the task of this id, or whose text holds this.")
    ] = None,
    filter_tag: Annotated[
        list[str] | None,
        typer.Option(help="Only sessions of this arm, run, mode or family (arm:frozen, or frozen); all must fit."),
    ] = None,
    compare_to: Annotated[Path | None, typer.Option(help="The index.json of a previous report.")] = None,
    no_markdown: Annotated[bool, typer.Option("--no-markdown", help="Write JSON only.")] = False,
    prompt_variant: Annotated[str | None, typer.Option(help="Recorded: the prompt variant under test.")] = None,
    synthesis_model: Annotated[
        list[str] | None, typer.Option(help="Recorded: a model that the playbooks were made with; repeatable.")
    ] = None,
    pamphlet_injection: Annotated[
        Injection | None, typer.Option(help="Recorded: whether playbooks were injected into prompts.")
    ] = None,
    playbook_entry_labels: Annotated[
        Path | None, typer.Option(help='A JSON file {"entry id": "label"}: scopes, kinds of faults, or your own.')
    ] = None,
    output_dir: Annotated[Path, typer.Option(help="Where the report goes.")] = Path("results/learning"),
) -> None:
    """Report learning keys: momentum, arms, failures, playbook, usage, models, and what cannot be said.

    Writes <slug>_summary.json, .md and .html (one file, needs no network) with plots for each key, and index.json.
    """
    from atlas.core.thread import SessionFilter
    from atlas.runs.learning_report import LearningReportPlan, write_learning_report
    from atlas.settings import Settings

    plan = LearningReportPlan(
        database_url,
        recent_window,
        baseline_window,
        limit if limit > 0 else None,
        batch_size,
        summary_only,
        tuple(learning_key or ()),
        SessionFilter(filter_project, filter_task, tuple(filter_tag or ())),
        compare_to,
        not no_markdown,
        prompt_variant,
        tuple(synthesis_model or ()),
        pamphlet_injection.value if pamphlet_injection else None,
        playbook_entry_labels,
        output_dir,
    )
    run_async(write_learning_report(plan, Settings.load()))
