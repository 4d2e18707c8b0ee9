"""An evaluation: one agent plays a dataset on its own and is graded; nothing is learned."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import typer
from rich.console import Console

from atlas.assembly import crm_verifiers, databases, evaluation_parts, open_crm
from atlas.core.json import JsonObject
from atlas.core.keyless import keyless
from atlas.core.playbook import Playbook
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.datasets.loader import dataset_revision
from atlas.datasets.payloads import Backend
from atlas.errors import BudgetExceeded, DatasetError
from atlas.export.artifacts import write_json
from atlas.export.record import Exported
from atlas.export.sessions import write_sessions
from atlas.loop import Play, evaluate
from atlas.models.config import LLMConfig
from atlas.reports.document import metrics_json
from atlas.reports.run import RunContext, RunReport, run_report
from atlas.reports.tables import render
from atlas.runs.baselines import AgentName, baseline, judge_model
from atlas.runs.conversations import load_tasks
from atlas.runs.folder import claim_folder
from atlas.runs.playing import Player
from atlas.runs.record import begin_or_resume, concluded
from atlas.settings import Settings
from atlas.storage.runs import PostgresRuns
from atlas.storage.store import open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.redaction import Redactor
from atlas.telemetry.tracing import tracing

COMMAND = "crm eval"


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What `atlas crm eval` was asked for. Each conversation is played `trials` times."""

    dataset: Path
    split: str | None
    backend: Backend
    agent: AgentName
    model: str | None
    api_base: str | None
    judge_model: str | None
    temperature: float | None
    sample: int | None
    seed: int
    trials: int
    concurrency: int
    budget_usd: float | None
    output: Path | None
    resume: bool

    def identity(self, llm: LLMConfig | None) -> JsonObject:
        """All that decides what the sessions look like: a run goes on only where this is equal.

        `llm` is the model that plays, a scripted one where the settings say offline.
        """
        return {
            "dataset": str(self.dataset.resolve()),
            "dataset_revision": dataset_revision(self.dataset),
            "split": self.split,
            "backend": self.backend,
            "agent": self.agent,
            "model": self.model,
            "plays": f"{llm.provider}/{llm.model}" if llm else None,
            "api_base": self.api_base,
            "temperature": self.temperature,
            "sample": self.sample,
            "seed": self.seed,
            "trials": self.trials,
            "judge_model": self.judge_model,
            "graders": crm_verifiers(None).versions,
        }

    @property
    def command(self) -> str:
        """The shell line that repeats the run; what was left at its default is left out."""
        given = {
            "dataset": self.dataset,
            "split": self.split,
            "agent": self.agent,
            "model": self.model,
            "api-base": self.api_base,
            "judge-model": self.judge_model,
            "temperature": self.temperature,
            "backend": self.backend,
            "sample": self.sample,
            "seed": self.seed,
            "trials": self.trials,
            "output": self.output,
        }
        flags = (f"--{name} {shlex.quote(str(value))}" for name, value in given.items() if value is not None)
        return f"atlas {COMMAND} {' '.join(flags)}"


async def run_evaluation(plan: EvaluationPlan, settings: Settings) -> None:
    """Play and grade, print the tables, name the rows that could not be used, and write what `output` asks for.

    Raises `ConfigError` and `DatasetError` for wrong input, `BudgetExceeded` (what was played by then is shown and
    written), and `StorageError` when the database or the disk fails.
    """
    console = Console()
    who = baseline(plan.agent, plan.model, plan.api_base, plan.temperature, offline=settings.offline)
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(databases(settings))
        store = await stack.enter_async_context(open_store(addresses.atlas_url))
        crm = await stack.enter_async_context(open_crm(plan.backend, addresses.crm_url, plan.concurrency))
        spans = stack.enter_context(tracing(settings.otel_endpoint))
        model = who.model(settings, plan.seed, spans)
        judge = judge_model(plan.judge_model, settings, plan.seed, spans)
        for opened in filter(None, (model, judge)):
            stack.push_async_callback(opened.close)
        loaded = await load_tasks(plan.dataset)
        tasks = _chosen(loaded.tasks, plan)
        for problem in loaded.problems:
            typer.echo(f"{plan.dataset}: {problem}", err=True)
        run = await _begin(store.runs, plan, plan.identity(who.llm))
        console.print(f"Run {run}: {len(tasks)} conversations, {plan.trials} trials each", highlight=False)
        progress = stack.enter_context(Progress(console))
        recorder = FanOut(store.recorder, progress, spans)
        simulated = any(opened.simulated for opened in filter(None, (model, judge)))
        agent = who.agent(model, plan.seed)
        parts = evaluation_parts(crm, store.sessions, store.playbooks, recorder, agent, judge, simulated=simulated)
        player = Player(progress, plan.budget_usd)
        plays = _plays(tasks, run, plan)
        empty = Playbook(keyless(run))
        try:
            async with concluded(store.runs, run):
                played = evaluate(player.affordable(plays), parts, empty, plan.concurrency)
                await player.arm(plan.agent, len(plays), played)
        except asyncio.CancelledError:
            console.print(f"Interrupted. Complete it with: {plan.command} --resume", highlight=False)
            raise
        except BudgetExceeded:
            _publish(console, plan, run, player.sessions, tasks, settings)
            raise
    _publish(console, plan, run, player.sessions, tasks, settings)
    if loaded.problems:
        rows = len({problem.line for problem in loaded.problems})
        console.print(f"{rows} rows of {plan.dataset} were left out; the reasons stand above.", highlight=False)
    player.require_one_played()


async def _begin(runs: PostgresRuns, plan: EvaluationPlan, identity: JsonObject) -> RunId:
    """A new run, or with `--resume` the one that the folder names, or the last one under an equal config."""
    earlier = claim_folder(plan.output, resume=plan.resume) if plan.output else None
    if earlier is None and plan.resume and plan.output is None:
        earlier = await runs.latest(COMMAND, identity)
    run = await begin_or_resume(runs, COMMAND, identity, earlier)
    if plan.output is not None:
        write_json(plan.output / "run.json", {"run_id": run, "command": COMMAND, "config": identity})
    return run


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


def _plays(tasks: Sequence[Task], run: RunId, plan: EvaluationPlan) -> list[Play]:
    """Trial after trial, so that a run that ends early has whole trials."""
    return [(task, Slot(run, plan.agent, task.task_id, trial)) for trial in range(plan.trials) for task in tasks]


def _publish(
    console: Console,
    plan: EvaluationPlan,
    run: RunId,
    sessions: Sequence[Session],
    tasks: Sequence[Task],
    settings: Settings,
) -> None:
    """The tables on the screen, and the files."""
    if not sessions:
        return
    report = _report(plan, run, sessions)
    if plan.output is not None:
        _write(plan.output, report, sessions, tasks, Redactor(settings.secrets()))
    console.print(render(report))
    where = f"{plan.output}/ and " if plan.output else ""
    console.print(f"Results: {where}atlas crm report {run}", highlight=False)


def _report(plan: EvaluationPlan, run: RunId, sessions: Sequence[Session]) -> RunReport:
    context = RunContext(
        title=f"CRM evaluation, agent {plan.agent}",
        run_id=run,
        timestamp=max(session.finished_at for session in sessions),
        config_path="",
        conversations_path=str(plan.dataset),
        tasks_path="",
        dataset_revision=dataset_revision(plan.dataset),
        command=plan.command,
    )
    return run_report(sessions, context, arms=(plan.agent,))


def _write(
    folder: Path, report: RunReport, sessions: Sequence[Session], tasks: Sequence[Task], redactor: Redactor
) -> None:
    order = {task.task_id: number for number, task in enumerate(tasks)}
    asked = {task.task_id: "\n".join(task.brief.turns) for task in tasks}
    sorted_sessions = sorted(sessions, key=lambda s: (s.slot.trial, order[s.slot.task_id]))
    exported = (Exported(session, asked[session.slot.task_id]) for session in sorted_sessions)
    write_sessions(folder / "sessions.jsonl", exported, redactor)
    write_json(folder / "metrics.json", redactor(metrics_json(report)))
