"""An experiment from config to report: begun or gone on with, played, collected, measured, written."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer
from rich.console import Console

from atlas.assembly import Models, build_parts, crm_verifiers, databases, open_crm
from atlas.config_file import load_run_config
from atlas.core.json import JsonObject
from atlas.core.session import RunId
from atlas.core.tasks import Task
from atlas.datasets.loader import dataset_revision
from atlas.errors import ConfigError
from atlas.export.artifacts import write_json
from atlas.loop import Parts
from atlas.reports.experiment.layout import Layout
from atlas.reports.experiment.report import Collected, experiment_report
from atlas.runs.acceptance import TriedAcceptance, Validation
from atlas.runs.conversations import load_tasks
from atlas.runs.experiment.collected import collected
from atlas.runs.experiment.config import ExperimentConfig, load_experiment_config
from atlas.runs.experiment.design import Design, designed
from atlas.runs.experiment.playing import Stage, of_order, order_key, play_experiment
from atlas.runs.experiment.published import Published, publish, publish_sweep
from atlas.runs.folder import claim_folder
from atlas.runs.playing import Player
from atlas.runs.record import begin_or_resume, concluded
from atlas.settings import RunConfig, Settings
from atlas.storage.store import Store, open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.tracing import tracing

COMMAND = "experiment run"
RESULTS = Path("results/experiments")


@dataclass(frozen=True, slots=True)
class ExperimentPlan:
    """What `atlas experiment run` was asked for."""

    config: Path
    sweep: tuple[Path, ...] = ()
    sample: bool = False
    output: Path | None = None
    budget_usd: float | None = None

    def loaded(self) -> ExperimentConfig:
        """The config with what the flags change in it. Raises `ConfigError`."""
        config = load_experiment_config(self.config, self.sweep)
        return config.sampled() if self.sample else config

    @property
    def folder(self) -> Path:
        """Where the report goes; a sample and a sweep have folders of their own."""
        kind = ("-sweep" if self.sweep else "") + ("-sample" if self.sample else "")
        return self.output or RESULTS / f"{self.config.stem}{kind}"

    @property
    def command(self) -> str:
        """The shell line that repeats the experiment, and goes on with one that was interrupted."""
        words = ["atlas", *COMMAND.split(), str(self.config)]
        words += [word for path in self.sweep for word in ("--sweep", str(path))]
        words += ["--sample"] if self.sample else []
        words += ["--output", str(self.output)] if self.output else []
        return shlex.join(words)


@dataclass(frozen=True, slots=True)
class Variant:
    """One run config of an experiment, with the folder of its own run."""

    config: ExperimentConfig
    path: Path
    run_config: RunConfig
    folder: Path

    def identity(self, models: Models) -> JsonObject:
        """All that decides what the sessions look like: a run goes on only where this is equal."""
        left_out = {"title", "run_config", "sweep", "concurrency", "dataset", "smallest_effect", "ngram"}
        experiment = self.config.model_dump(mode="json", exclude=left_out)
        return {
            "experiment": experiment,
            "config": self.run_config.model_dump(mode="json", exclude={"storage": {"database_url"}}),
            "models": {role: model.name for role, model in models.by_role().items()},
            "dataset_revision": dataset_revision(self.config.dataset),
            "graders": crm_verifiers(None).versions,
        }


async def run_experiment(plan: ExperimentPlan, settings: Settings) -> None:
    """Play every arm under every run config, print the tables and write the reports.

    The same command goes on with an experiment that was interrupted, under an equal config only. Raises
    `ConfigError` and `DatasetError` for wrong input, `BudgetExceeded`, and `StorageError` when the database or the
    disk fails.
    """
    config, console = plan.loaded(), Console()
    if config.offline:
        settings = settings.model_copy(update={"offline": True})
    reports = []
    for variant in variants(plan, config, settings):
        tasks = await _tasks(variant)
        reports.append(await _played(plan, variant, tasks, settings, console))
    if config.sweep:
        publish_sweep(plan.folder, reports, plan.command, settings, console)


def variants(plan: ExperimentPlan, config: ExperimentConfig, settings: Settings) -> list[Variant]:
    """The run configs, each with its folder. Raises `ConfigError` for one that cannot be read."""
    made = []
    for path in config.run_configs:
        folder = plan.folder / path.stem if config.sweep else plan.folder
        made.append(Variant(config, path, settings.over(load_run_config(path)), folder))
    if len({variant.folder for variant in made}) < len(made):
        raise ConfigError("two run configs of the sweep have the same file name; rename one")
    return made


async def _tasks(variant: Variant) -> tuple[Task, ...]:
    loaded = await load_tasks(variant.config.dataset, variant.run_config)
    for problem in loaded.problems:
        typer.echo(f"{variant.config.dataset}: {problem}", err=True)
    return loaded.tasks


async def _played(
    plan: ExperimentPlan, variant: Variant, tasks: tuple[Task, ...], settings: Settings, console: Console
) -> Published:
    """One run config, played to its end, reported and written."""
    config = variant.config
    # Before a database is opened: too small a dataset is the user's to know at once.
    designed(config, tasks, RunId(""))
    async with AsyncExitStack() as stack:
        spans = stack.enter_context(tracing(settings.otel_endpoint))
        models = Models.build(variant.run_config, settings, config.seed, spans)
        stack.push_async_callback(models.close)
        addresses = await stack.enter_async_context(databases(settings, variant.run_config))
        store = await stack.enter_async_context(open_store(addresses.atlas_url, variant.run_config.storage))
        crm = await stack.enter_async_context(open_crm(config.backend, addresses.crm_url, _worlds(variant)))
        identity = variant.identity(models)
        run_id = await _begin(store, variant.folder, identity)
        design = designed(config, tasks, run_id)
        console.print(
            f"Run {run_id}: {variant.path}{', SIMULATED models' if models.simulated else ''}",
            highlight=False,
            soft_wrap=True,
        )
        with Progress(console) as progress:
            parts = build_parts(
                variant.run_config,
                models,
                crm,
                store.sessions,
                store.playbooks,
                FanOut(store.recorder, progress, spans),
                judged=variant.run_config.agent.use_llm_judge is not False,
                history=store.history,
            )
            player = Player(progress, plan.budget_usd)
            say = partial(console.print, highlight=False, markup=False, soft_wrap=True)
            gates = await _gates(variant, design, parts, store, player, say)
            stage = Stage(design, parts, store, player, gates, config.concurrency)
            try:
                async with concluded(store.runs, run_id):
                    await play_experiment(stage)
            except asyncio.CancelledError:
                console.print(f"Interrupted. Go on with: {plan.command}", highlight=False, soft_wrap=True)
                raise
        found = await _collected(variant, store, design)
    report = experiment_report(_layout(plan, variant, design, identity), found)
    publish(variant.folder, report, settings, console)
    return Published(variant.path.stem, report, found.sessions)


async def _gates(
    variant: Variant, design: Design, parts: Parts, store: Store, player: Player, say: Callable[[str], None]
) -> tuple[TriedAcceptance, ...]:
    """For each order what tries its playbook's versions, on training tasks that nobody learns from."""
    learning = variant.run_config.learning
    if learning.acceptance != "validated":
        return ()
    validation = Validation(learning.validation, design.spare, (*design.training, *design.tested))
    gates = []
    for order in range(len(design.orders)):
        key = order_key(design.run_id, order)
        gate = TriedAcceptance(validation, of_order(parts, key), store, design.run_id, player, say)
        await gate.ready([key])
        gates.append(gate)
    return tuple(gates)


async def _collected(variant: Variant, store: Store, design: Design) -> Collected:
    budget = variant.run_config.learning.playbook_char_budget
    return await collected(store, design, char_budget=budget, ngram=variant.config.ngram)


async def _begin(store: Store, folder: Path, identity: JsonObject) -> RunId:
    """The run that the folder holds, or a new one. Raises `ConfigError` when it was begun under another config."""
    earlier = claim_folder(folder, resume=True)
    if earlier is not None and await store.runs.load(RunId(earlier)) is None:
        raise ConfigError(
            f"{folder} holds run {earlier}, which is not in this store; name another --output, or the database "
            "that it was played on"
        )
    if earlier is None:
        run_id = await begin_or_resume(store.runs, COMMAND, identity, None)
        write_json(folder / "run.json", {"run_id": run_id, "command": COMMAND})
        return run_id
    return await begin_or_resume(store.runs, COMMAND, identity, earlier)


def _worlds(variant: Variant) -> int:
    learning = variant.run_config.learning
    trials = variant.config.orders * learning.validation.concurrency if learning.acceptance == "validated" else 0
    return max(variant.config.concurrency, trials)


def _layout(plan: ExperimentPlan, variant: Variant, design: Design, identity: JsonObject) -> Layout:
    config, learning = variant.config, variant.run_config.learning
    return Layout(
        title=config.title,
        run_id=design.run_id,
        dataset=str(config.dataset),
        dataset_revision=identity["dataset_revision"],
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
