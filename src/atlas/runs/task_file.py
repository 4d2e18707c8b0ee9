"""A task file: written from a dataset, and played under a run config."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console

from atlas.assembly import Models, brief_instructions, build_parts, databases, open_crm
from atlas.config_file import load_run_config
from atlas.core.json import JsonObject
from atlas.core.playbook import LearningKey
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import Task, TaskId
from atlas.datasets.loader import dataset_revision, read_conversations, task_of
from atlas.datasets.payloads import Backend, Payload, payloads, read_payloads, run_id, write_payloads
from atlas.errors import ConfigError, DatasetError
from atlas.loop import learn
from atlas.reports.run import RunContext, RunReport, run_report
from atlas.reports.tables import render
from atlas.runs.acceptance import ARM as VALIDATION
from atlas.runs.acceptance import TriedAcceptance, Validation
from atlas.runs.artifacts import write_artifacts
from atlas.runs.conversations import validation_pool
from atlas.runs.impact import settle_run
from atlas.runs.playing import Player
from atlas.runs.record import begin_or_continue, concluded
from atlas.settings import RunConfig, Settings
from atlas.storage.store import open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.redaction import Redactor
from atlas.telemetry.tracing import tracing

ARM = "run"
T = TypeVar("T")


def write_task_file(
    dataset: Path, output: Path, *, split: str | None, limit: int | None, backend: Backend, use_llm_judge: bool
) -> None:
    """Wrap the conversations of `dataset` as payloads of a new run. Raises `DatasetError` for a wrong row."""
    if output.resolve() == dataset.resolve():
        raise ConfigError(f"--output {output} is the dataset itself; name another file")
    rows = [row for row in read_conversations(dataset) if split in (None, row.split)][:limit]
    if not rows:
        raise DatasetError(f"no conversation of split {split!r} is in it", path=dataset)
    run = run_id(datetime.now(UTC), secrets.token_hex(4))
    lines = payloads(rows, run, dataset_revision(dataset), backend, use_llm_judge=use_llm_judge)
    write_payloads(output, lines)
    typer.echo(f"{len(lines)} tasks of run {run} written to {output}")


@dataclass(frozen=True, slots=True)
class TaskFilePlan:
    """What `atlas run` was asked for."""

    config: Path
    task_file: Path
    output_dir: Path | None
    limit: int | None
    learning_key: str | None
    budget_usd: float | None

    @property
    def command(self) -> str:
        """The shell line that repeats the run."""
        return f"atlas run --config {self.config} --task-file {self.task_file}"


async def run_task_file(plan: TaskFilePlan, settings: Settings) -> None:
    """Play the tasks in order, learning as the config says; print the table and write the artifacts.

    Raises `ConfigError` and `DatasetError` for wrong input before anything is played, `BudgetExceeded`, and
    `StorageError` when the database or the disk fails. Finished sessions are never lost and never played twice.
    """
    config, console = settings.over(load_run_config(plan.config)), Console()
    lines = read_payloads(plan.task_file)[: plan.limit]
    run = RunId(_common("run_id", [line.run_id for line in lines], plan.task_file))
    tasks_backend: Backend = _common("backend", [line.backend for line in lines], plan.task_file)
    backend = config.agent.backend or tasks_backend
    judged = config.agent.use_llm_judge
    if judged is None:
        judged = _common("use_llm_judge", [line.use_llm_judge for line in lines], plan.task_file)
    tasks = [_task(line, config) for line in lines]
    async with AsyncExitStack() as stack:
        spans = stack.enter_context(tracing(settings.otel_endpoint))
        models = Models.build(config, settings, seed=0, spans=spans)
        stack.push_async_callback(models.close)
        addresses = await stack.enter_async_context(databases(settings, config))
        store = await stack.enter_async_context(
            open_store(addresses.atlas_url, config.storage, config.runtime_safety.review)
        )
        crm = await stack.enter_async_context(open_crm(backend, addresses.crm_url, _sessions_at_once(config)))
        key = LearningKey(plan.learning_key) if plan.learning_key else None
        await begin_or_continue(store.runs, run, "run", _identity(config, plan, models, lines))
        console.print(f"Run {run}: {len(tasks)} tasks", highlight=False)
        progress = stack.enter_context(Progress(console))
        recorder = FanOut(store.recorder, progress, spans)
        parts = build_parts(
            config,
            models,
            crm,
            store.sessions,
            store.playbooks,
            recorder,
            key=key,
            judged=judged,
            history=store.history,
        )
        player = Player(progress, plan.budget_usd)
        acceptance = None
        if config.learning.acceptance == "validated":
            pool = await validation_pool(config)
            validation = Validation(config.learning.validation, pool, tasks)
            say = partial(console.print, highlight=False, markup=False, soft_wrap=True)
            acceptance = TriedAcceptance(validation, parts, store, run, player, say)
            await acceptance.ready(parts.key.key(task.brief) for task in tasks)
            parts = replace(parts, acceptance=acceptance)
        async with concluded(store.runs, run):
            plays = [(task, Slot(run, ARM, task.task_id)) for task in tasks]
            await player.arm(ARM, len(tasks), learn(player.affordable(plays), parts))
            keys = [session.lessons.key for session in player.sessions]
            harm = await settle_run(store.playbooks, store.entry_uses, keys, config.learning, run)
        trials = await acceptance.sessions() if acceptance else []
    report = _report(plan, config, run, lines, [*player.sessions, *trials])
    folder = plan.output_dir or Path("artifacts/runs") / run
    write_artifacts(folder, report, player.sessions, tasks, lines, Redactor(settings.secrets()), plan.task_file)
    console.print(render(report))
    console.print(f"Artifacts: {folder}/", highlight=False)
    for line in harm:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    player.require_one_played()


def _sessions_at_once(config: RunConfig) -> int:
    learning = config.learning
    return learning.validation.concurrency if learning.acceptance == "validated" else 1


def _common(name: str, values: Sequence[T], path: Path) -> T:
    """The value that all tasks share."""
    different = sorted({str(value) for value in values})
    if len(different) > 1:
        raise DatasetError(f"the tasks differ ({', '.join(different)}); play them one by one", path=path, key=name)
    return values[0]


def _task(line: Payload, config: RunConfig) -> Task:
    """The payload's conversation as a task under the payload's own id."""
    task = task_of(line.conversation, brief_instructions(config), line.dataset_revision)
    return replace(task, brief=replace(task.brief, task_id=TaskId(line.task_id)))


def _identity(config: RunConfig, plan: TaskFilePlan, models: Models, lines: Sequence[Payload]) -> JsonObject:
    """What must be equal for a run to go on: everything that decides what its sessions look like."""
    return {
        "config": config.model_dump(mode="json", exclude={"storage": {"database_url"}}),
        "models": {field: model.name for field, model in models.by_role().items()},
        "learning_key": plan.learning_key,
        "dataset_revision": lines[0].dataset_revision,
    }


def _report(
    plan: TaskFilePlan, config: RunConfig, run: RunId, lines: Sequence[Payload], sessions: Sequence[Session]
) -> RunReport:
    context = RunContext(
        title=f"Atlas run {run}",
        run_id=run,
        timestamp=max(session.finished_at for session in sessions),
        config_path=str(plan.config),
        conversations_path="",
        tasks_path=str(plan.task_file),
        dataset_revision=lines[0].dataset_revision,
        command=plan.command,
        agent_config=config.agent.model_dump(mode="json"),
    )
    return run_report(sessions, context, arms=(ARM, VALIDATION), stream=ARM)
