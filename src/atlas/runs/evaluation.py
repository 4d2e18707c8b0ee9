"""An evaluation: one agent plays a dataset on its own and is graded; nothing is learned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

import typer
from rich.console import Console

from atlas.agents.chat import ChatAgent
from atlas.agents.null import NullAgent
from atlas.agents.oracle import OracleAgent
from atlas.assembly import brief_instructions, databases, evaluation_parts, open_crm
from atlas.core.json import JsonObject
from atlas.core.messages import Meter
from atlas.core.playbook import LearningKey, Playbook
from atlas.core.protocols import Agent, ChatModel, Environment
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.datasets.loader import Loaded, dataset_revision, load_conversations
from atlas.datasets.older_format import is_older_format, load_older
from atlas.datasets.payloads import Backend
from atlas.datasets.replay import complete_targets
from atlas.errors import ConfigError, DatasetError
from atlas.export.artifacts import write_json
from atlas.export.record import Exported
from atlas.export.sessions import write_sessions
from atlas.loop import evaluate
from atlas.models.build import build_model
from atlas.models.config import LLMConfig
from atlas.models.metered import MeteredModel
from atlas.reports.document import metrics_json
from atlas.reports.run import RunContext, RunReport, run_report
from atlas.reports.tables import render
from atlas.runs.playing import Player
from atlas.runs.record import concluded, new_run_id
from atlas.settings import Settings
from atlas.storage.store import open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.redaction import Redactor

AgentName = Literal["oracle", "null", "offline", "chat"]


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What `atlas crm eval` was asked for."""

    dataset: Path
    split: str | None
    backend: Backend
    agent: AgentName
    model: str | None
    api_base: str | None
    sample: int | None
    seed: int
    concurrency: int
    output: Path | None


async def run_evaluation(plan: EvaluationPlan, settings: Settings) -> None:
    """Play and grade, print the tables, name the rows that could not be used, and write what `output` asks for.

    Raises `ConfigError` and `DatasetError` for wrong input, `StorageError` when the database or the disk fails.
    """
    console = Console()
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(databases(settings))
        store = await stack.enter_async_context(open_store(addresses.atlas_url))
        crm = await stack.enter_async_context(open_crm(plan.backend, addresses.crm_url, plan.concurrency))
        model = _model(plan, settings)
        if model is not None:
            stack.push_async_callback(model.close)
        loaded = await _load(plan.dataset, crm)
        tasks = _chosen(loaded.tasks, plan)
        _name_problems(loaded, plan.dataset)
        run = new_run_id()
        await store.runs.begin(run, "crm eval", _identity(plan))
        progress = stack.enter_context(Progress(console))
        recorder = FanOut(store.recorder, progress)
        simulated = model is not None and model.simulated
        parts = evaluation_parts(
            crm, store.sessions, store.playbooks, recorder, _agents(plan, model), simulated=simulated
        )
        player = Player(progress)
        empty = Playbook(LearningKey(f"none/{run}"))
        played = evaluate(tasks, lambda task: Slot(run, plan.agent, task.task_id), parts, empty, plan.concurrency)
        async with concluded(store.runs, run):
            await player.arm(plan.agent, len(tasks), played)
    report = _report(plan, run, player.sessions)
    if plan.output is not None:
        _write(plan.output, report, player.sessions, tasks, Redactor(settings.secrets()))
    console.print(render(report))
    if loaded.problems:
        rows = len({problem.line for problem in loaded.problems})
        console.print(f"{rows} rows of {plan.dataset} were left out; the reasons stand above.", highlight=False)
    player.require_one_played()


async def _load(path: Path, environment: Environment) -> Loaded:
    if is_older_format(path):
        return await complete_targets(load_older(path, environment.specs, brief_instructions()), environment)
    return load_conversations(path, brief_instructions())


def _chosen(tasks: Sequence[Task], plan: EvaluationPlan) -> list[Task]:
    chosen = [task for task in tasks if plan.split in (None, task.split)]
    if not chosen:
        splits = ", ".join(sorted({task.split for task in tasks})) or "none"
        what = (
            "no usable row" if plan.split is None else f"no usable row of split {plan.split!r} (splits: {splits})"
        )
        raise DatasetError(f"{what}, so there is nothing to evaluate", path=plan.dataset)
    if plan.sample is None or plan.sample >= len(chosen):
        return chosen
    return Random(plan.seed).sample(chosen, plan.sample)


def _name_problems(loaded: Loaded, path: Path) -> None:
    for problem in loaded.problems:
        typer.echo(f"{path}: {problem}", err=True)


def _model(plan: EvaluationPlan, settings: Settings) -> ChatModel | None:
    if plan.agent == "offline" or (plan.agent == "chat" and settings.offline):
        llm = LLMConfig(provider="offline", model="offline/student")
    elif plan.agent == "chat":
        if plan.model is None:
            raise ConfigError("--agent chat needs --model, for example --model gpt-4.1-mini")
        llm = LLMConfig(model=plan.model, api_base=plan.api_base)
    else:
        return None
    return build_model(llm, settings.environ, role="student", seed=plan.seed)


def _agents(plan: EvaluationPlan, model: ChatModel | None) -> Callable[[Task, Meter], Agent]:
    def agent(task: Task, meter: Meter) -> Agent:
        if model is not None:
            return ChatAgent(MeteredModel(model, "student", meter))
        return OracleAgent(task.target) if plan.agent == "oracle" else NullAgent()

    return agent


def _identity(plan: EvaluationPlan) -> JsonObject:
    return {
        "dataset_revision": dataset_revision(plan.dataset),
        "split": plan.split,
        "backend": plan.backend,
        "agent": plan.agent,
        "model": plan.model,
        "sample": plan.sample,
        "seed": plan.seed,
    }


def _report(plan: EvaluationPlan, run: RunId, sessions: Sequence[Session]) -> RunReport:
    context = RunContext(
        title=f"CRM evaluation, agent {plan.agent}",
        run_id=run,
        timestamp=max(session.finished_at for session in sessions),
        config_path="",
        conversations_path=str(plan.dataset),
        tasks_path="",
        dataset_revision=dataset_revision(plan.dataset),
        command=f"atlas crm eval --dataset {plan.dataset} --agent {plan.agent} --backend {plan.backend}",
    )
    return run_report(sessions, context, arms=(plan.agent,))


def _write(
    folder: Path, report: RunReport, sessions: Sequence[Session], tasks: Sequence[Task], redactor: Redactor
) -> None:
    by_task = {session.slot.task_id: session for session in sessions}
    exported = (Exported(by_task[task.task_id], "\n".join(task.brief.turns)) for task in tasks)
    write_sessions(folder / "sessions.jsonl", exported, redactor)
    write_json(folder / "metrics.json", redactor(metrics_json(report)))
