"""A run on GAIA: the questions of a config, played and learned from like a task file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from atlas.assembly import Models, build_parts, databases, gaia_environment, gaia_tasks, gaia_verifiers
from atlas.core.json import JsonObject
from atlas.core.playbook import LearningKey
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.export.artifacts import write_json
from atlas.loop import learn
from atlas.reports.run import RunContext, RunReport, run_report
from atlas.reports.tables import render
from atlas.runs.artifacts import write_artifacts
from atlas.runs.folder import claim_folder
from atlas.runs.impact import settle_run
from atlas.runs.playing import Player
from atlas.runs.record import begin_or_resume, concluded
from atlas.settings import RunConfig, Settings
from atlas.storage.store import open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.redaction import Redactor
from atlas.telemetry.tracing import tracing

ARM = "run"


@dataclass(frozen=True, slots=True)
class GaiaLine:
    """A line of tasks.jsonl: what was asked, and not what is right."""

    task_id: str
    level: str
    question: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GaiaPlan:
    """What `atlas run` was asked for."""

    config_path: Path
    config: RunConfig
    output_dir: Path | None
    limit: int | None
    learning_key: str | None
    budget_usd: float | None

    @property
    def command(self) -> str:
        """The shell line that repeats the run."""
        return f"atlas run --config {self.config_path}"

    def identity(self, models: Models, revision: str) -> JsonObject:
        """All that decides what the sessions look like: a run goes on only where this is equal."""
        return {
            "config": self.config.model_dump(mode="json", exclude={"storage": {"database_url"}}),
            "models": {field: model.name for field, model in models.by_role().items()},
            "learning_key": self.learning_key,
            "dataset_revision": revision,
        }


async def run_gaia(plan: GaiaPlan, settings: Settings) -> None:
    """Play the questions in order, learning as the config says; print the table and write the artifacts.

    Where `output_dir` holds a run already, that one goes on. Raises `ConfigError`, `DatasetError` for wrong input
    before anything is played, `BudgetExceeded`, and `StorageError` when the database or the disk fails.
    """
    config, console = settings.over(plan.config), Console()
    tasks = gaia_tasks(config.gaia, config.agent.system_prompt)[: plan.limit]
    earlier = claim_folder(plan.output_dir, resume=True) if plan.output_dir else None
    async with AsyncExitStack() as stack:
        spans = stack.enter_context(tracing(settings.otel_endpoint))
        models = Models.build(config, settings, seed=0, spans=spans)
        stack.push_async_callback(models.close)
        environment = await stack.enter_async_context(gaia_environment(config.gaia, settings))
        addresses = await stack.enter_async_context(databases(settings, config))
        store = await stack.enter_async_context(
            open_store(addresses.atlas_url, config.storage, config.runtime_safety.review)
        )
        identity = plan.identity(models, tasks[0].revision)
        run = await begin_or_resume(store.runs, "run", identity, earlier)
        folder = plan.output_dir or Path("artifacts/runs") / run
        write_json(folder / "run.json", {"run_id": run, "command": "run", "config": identity})
        console.print(f"Run {run}: {len(tasks)} tasks", highlight=False)
        progress = stack.enter_context(Progress(console))
        parts = build_parts(
            config,
            models,
            environment,
            store.sessions,
            store.playbooks,
            FanOut(store.recorder, progress, spans),
            key=LearningKey(plan.learning_key) if plan.learning_key else None,
            judged=config.agent.use_llm_judge is not False,
            history=store.history,
            grading=gaia_verifiers,
        )
        player = Player(progress, plan.budget_usd)
        async with concluded(store.runs, run):
            plays = [(task, Slot(run, ARM, task.task_id)) for task in tasks]
            await player.arm(ARM, len(tasks), learn(player.affordable(plays), parts))
            keys = [session.lessons.key for session in player.sessions]
            harm = await settle_run(store.playbooks, store.entry_uses, keys, config.learning, run)
    report = _report(plan, run, tasks, player.sessions)
    write_artifacts(folder, report, player.sessions, tasks, list(map(_line, tasks)), Redactor(settings.secrets()))
    console.print(render(report))
    console.print(f"Artifacts: {folder}/", highlight=False)
    for line in harm:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    player.require_one_played()


def _line(task: Task) -> GaiaLine:
    files = tuple(str(file["name"]) for file in task.setup.content["files"])
    return GaiaLine(task.task_id, task.labels["level"], task.brief.turns[0], files)


def _report(plan: GaiaPlan, run: RunId, tasks: Sequence[Task], sessions: Sequence[Session]) -> RunReport:
    context = RunContext(
        title=f"Atlas run {run}, GAIA",
        run_id=run,
        timestamp=max(session.finished_at for session in sessions),
        config_path=str(plan.config_path),
        conversations_path=str(plan.config.gaia.dataset),
        tasks_path="",
        dataset_revision=tasks[0].revision,
        command=plan.command,
        agent_config=plan.config.agent.model_dump(mode="json"),
    )
    return run_report(sessions, context, arms=(ARM,), stream=ARM)
