"""The report of an experiment: collected, measured and written, of a finished one or of one on its way."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import typer
from rich.console import Console

from atlas.assembly import databases
from atlas.core.json import JsonObject
from atlas.core.tasks import Task
from atlas.datasets.loader import dataset_revision
from atlas.errors import ConfigError
from atlas.reports.experiment.layout import Layout
from atlas.reports.experiment.report import experiment_report
from atlas.runs.conversations import load_tasks
from atlas.runs.experiment.collected import collected
from atlas.runs.experiment.design import Design, designed
from atlas.runs.experiment.plan import COMMAND, ExperimentPlan, Variant, planned, variants
from atlas.runs.experiment.published import Published, publish
from atlas.runs.record import require_equal
from atlas.settings import Settings
from atlas.storage.store import Store, open_store


async def report_experiment(folder: Path, settings: Settings) -> None:
    """Measure what the experiment of a folder has played so far, also while it is played, and write its report.

    Raises `ConfigError` for a folder that holds none, or whose config or dataset is no longer what it was.
    """
    plan, run_id = planned(folder)
    variant = _variant(plan, folder, settings)
    tasks = await tasks_of(variant)
    design = designed(variant.config, tasks, run_id)
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(databases(settings, variant.run_config))
        store = await stack.enter_async_context(open_store(addresses.atlas_url, variant.run_config.storage))
        record = await store.runs.load(run_id)
        if record is None:
            raise ConfigError(f"{folder} holds run {run_id}, which is not in this store")
        # Models and graders are those it was played with; nothing is played now.
        now = variant.identity({}) | {key: record.config[key] for key in ("models", "graders")}
        require_equal(record, COMMAND, now)
        await measured(plan, variant, store, design, record.config, settings, Console())


async def measured(
    plan: ExperimentPlan,
    variant: Variant,
    store: Store,
    design: Design,
    identity: JsonObject,
    settings: Settings,
    console: Console,
) -> Published:
    """Collect what is stored of one run config, measure it, write and print its report."""
    budget = variant.run_config.learning.playbook_char_budget
    found = await collected(store, design, char_budget=budget, ngram=variant.config.ngram)
    report = experiment_report(_layout(plan, variant, design, identity), found)
    publish(variant.folder, report, settings, console)
    return Published(variant.path.stem, report, found.sessions)


async def tasks_of(variant: Variant) -> tuple[Task, ...]:
    """The conversations of the experiment; rows that cannot be used are named. Raises `DatasetError`."""
    loaded = await load_tasks(variant.config.dataset, variant.run_config)
    for problem in loaded.problems:
        typer.echo(f"{variant.config.dataset}: {problem}", err=True)
    return loaded.tasks


def _variant(plan: ExperimentPlan, folder: Path, settings: Settings) -> Variant:
    """The run config of a folder; of a sweep the one that it is named after."""
    made = variants(plan, plan.loaded(), settings)
    for variant in made:
        if len(made) == 1 or variant.folder.name == folder.name:
            return replace(variant, folder=folder)
    raise ConfigError(f"{folder} is named after no run config of its sweep")


def _layout(plan: ExperimentPlan, variant: Variant, design: Design, identity: JsonObject) -> Layout:
    config, learning = variant.config, variant.run_config.learning
    return Layout(
        title=config.title,
        run_id=design.run_id,
        dataset=str(config.dataset),
        dataset_revision=dataset_revision(config.dataset),
        run_config=str(variant.path),
        models=identity["models"],
        seed_sessions=config.seed_sessions,
        stream_sessions=config.stream_sessions,
        test=config.test,
        transfer=config.transfer,
        orders=config.orders,
        trials=config.trials,
        seed=config.seed,
        smallest_effect=config.smallest_effect,
        char_budget=learning.playbook_char_budget,
        acceptance=learning.acceptance,
        command=plan.command,
        conditions=identity,
    )
