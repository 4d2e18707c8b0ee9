"""The report of an experiment: collected, measured and written, of a finished one or of one on its way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import typer
from rich.console import Console

from atlas.assembly import databases
from atlas.core.json import JsonObject, dumps, loads_object
from atlas.core.session import Session
from atlas.core.tasks import Task
from atlas.datasets.loader import dataset_revision
from atlas.errors import ConfigError
from atlas.reports.experiment.layout import Layout
from atlas.reports.experiment.report import experiment_report
from atlas.runs.conversations import load_tasks
from atlas.runs.experiment.collected import collected
from atlas.runs.experiment.design import Design, designed
from atlas.runs.experiment.plan import COMMAND, ExperimentPlan, Names, Variant, planned, variants
from atlas.runs.experiment.published import Published, publish
from atlas.runs.record import require_equal
from atlas.settings import Settings
from atlas.storage.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Measuring:
    """What the report of one run config is about. `identity` is what its run was begun under."""

    plan: ExperimentPlan
    variant: Variant
    names: Names
    design: Design
    identity: JsonObject


async def report_experiment(
    folder: Path, settings: Settings, *, config: Path | None = None, output: Path | None = None
) -> None:
    """Measure what the experiment of a folder has played so far, also while it is played, and write its report.

    `config` is read in place of the config that the folder names, where that one or its files have moved; the
    report says what they were called when the experiment was begun. It goes to `output`, else to the folder.
    Raises `ConfigError` for a folder that holds none, or whose config or dataset is no longer what it was.
    """
    found = planned(folder)
    variant = _variant(found.plan, folder, config, settings)
    tasks = await tasks_of(variant)
    design = designed(variant.config, tasks, found.run_id)
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(databases(settings, variant.run_config))
        store = await stack.enter_async_context(open_store(addresses.atlas_url, variant.run_config.storage))
        record = await store.runs.load(found.run_id)
        if record is None:
            raise ConfigError(f"{folder} holds run {found.run_id}, which is not in this store")
        # Models and graders are those it was played with; nothing is played now.
        now = variant.identity({}) | {key: record.config[key] for key in ("models", "graders")}
        require_equal(record, COMMAND, now)
        written = replace(variant, folder=output or folder)
        measuring = Measuring(found.plan, written, found.names, design, record.config)
        await measured(measuring, store, settings, Console())


async def measured(measuring: Measuring, store: Store, settings: Settings, console: Console) -> Published:
    """Collect what is stored of one run config, measure it, write and print its report."""
    variant = measuring.variant
    budget = variant.run_config.learning.playbook_char_budget
    found = await collected(store, measuring.design, char_budget=budget, ngram=variant.config.ngram)
    report = experiment_report(_layout(measuring, found.sessions), found)
    publish(variant.folder, report, settings, console)
    return Published(variant.path.stem, report, found.sessions)


async def tasks_of(variant: Variant) -> tuple[Task, ...]:
    """The conversations of the experiment; rows that cannot be used are named. Raises `DatasetError`."""
    loaded = await load_tasks(variant.config.dataset, variant.run_config)
    for problem in loaded.problems:
        typer.echo(f"{variant.config.dataset}: {problem}", err=True)
    return loaded.tasks


def _variant(plan: ExperimentPlan, folder: Path, config: Path | None, settings: Settings) -> Variant:
    """The run config of a folder; of a sweep the one that it is named after."""
    read = ExperimentPlan(config) if config else plan
    made = variants(read, read.loaded(), settings)
    for variant in made:
        if len(made) == 1 or variant.folder.name == folder.name:
            return variant
    raise ConfigError(f"{folder} is named after no run config of its sweep")


def _layout(measuring: Measuring, sessions: Sequence[Session]) -> Layout:
    plan, variant, names = measuring.plan, measuring.variant, measuring.names
    config, learning = variant.config, variant.run_config.learning
    # In the order that a database would give too, so that the run itself and a later report write equal bytes.
    identity = loads_object(dumps(measuring.identity))
    revisions = [session.dataset_revision for session in sessions[:1]]
    return Layout(
        title=config.title,
        run_id=measuring.design.run_id,
        dataset=names.dataset,
        # As it was played: a commit or a copy made since is not what this is about.
        dataset_revision=revisions[0] if revisions else dataset_revision(config.dataset),
        run_config=names.run_config,
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
