"""An experiment from config to report: begun or gone on with, played, collected, measured, written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

from rich.console import Console

from atlas.assembly import Models, build_parts, databases, open_crm
from atlas.core.json import JsonObject
from atlas.core.session import RunId
from atlas.core.tasks import Task
from atlas.errors import BudgetExceeded, ConfigError, RunFailed
from atlas.loop import Parts
from atlas.runs.acceptance import TriedAcceptance, Validation
from atlas.runs.experiment.design import Design, designed
from atlas.runs.experiment.plan import COMMAND, ExperimentPlan, Variant, claim, planned, variants
from atlas.runs.experiment.playing import Stage, of_order, order_key, play_experiment
from atlas.runs.experiment.published import Published, publish_sweep
from atlas.runs.experiment.report import Measuring, measured, tasks_of
from atlas.runs.folder import claim_folder
from atlas.runs.playing import Player
from atlas.runs.record import begin_or_resume, concluded
from atlas.settings import Settings
from atlas.storage.store import Store, open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.tracing import tracing


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
        tasks = await tasks_of(variant)
        reports.append(await _played(plan, variant, tasks, settings, console))
    if config.sweep:
        publish_sweep(plan.folder, reports, plan.command, settings, console)


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
        identity = variant.identity({role: model.name for role, model in models.by_role().items()})
        run_id = await _begin(store, plan, variant, identity)
        design = designed(config, tasks, run_id)
        measuring = Measuring(plan, variant, planned(variant.folder).names, design, identity)
        console.print(
            f"Run {run_id}: {variant.path}{', SIMULATED models' if models.simulated else ''}",
            highlight=False,
            soft_wrap=True,
        )
        stopped = None
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
            # What sessions withhold is the same in every run of the same experiment.
            parts = replace(parts, draws=RunId(f"experiment of seed {config.seed}"))
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
            except BudgetExceeded as error:
                # What was played until then is paid for, so it is shown.
                stopped = error
        published = await measured(measuring, store, settings, console)
    if stopped is not None:
        raise stopped
    if not any(metrics.success.total for metrics in published.report.arms):
        raise RunFailed("not one session got through; the report says why, and the same command plays them again")
    return published


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


async def _begin(store: Store, plan: ExperimentPlan, variant: Variant, identity: JsonObject) -> RunId:
    """The run that the folder holds, or a new one. Raises `ConfigError` when it was begun under another config."""
    folder = variant.folder
    earlier = claim_folder(folder, resume=True)
    if earlier is not None and await store.runs.load(RunId(earlier)) is None:
        raise ConfigError(
            f"{folder} holds run {earlier}, which is not in this store; name another --output, or the database "
            "that it was played on"
        )
    if earlier is None:
        run_id = await begin_or_resume(store.runs, COMMAND, identity, None)
        claim(plan, variant, run_id)
        return run_id
    return await begin_or_resume(store.runs, COMMAND, identity, earlier)


def _worlds(variant: Variant) -> int:
    learning = variant.run_config.learning
    trials = variant.config.orders * learning.validation.concurrency if learning.acceptance == "validated" else 0
    return max(variant.config.concurrency, trials)
