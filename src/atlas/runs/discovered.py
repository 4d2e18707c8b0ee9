"""`atlas run --task`: a discovered pair played under supervision, judged, learned from and stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import typer
from rich.console import Console

from atlas import __version__
from atlas.assembly import Models, build_parts, databases
from atlas.config_file import load_run_config
from atlas.core.json import JsonObject, to_json
from atlas.core.playbook import LearningKey
from atlas.core.session import Session, Slot
from atlas.core.tasks import Brief, Target, Task, TaskId, TurnTarget
from atlas.discovery.environment import DiscoveredEnvironment
from atlas.discovery.generated_config import AGENT_TYPE
from atlas.discovery.record import CONFIG, FOLDER, Discovery, read_discovery
from atlas.discovery.reward import EnvironmentReward, session_reward
from atlas.errors import ConfigError
from atlas.export.artifacts import write_json
from atlas.export.record import Exported
from atlas.export.sessions import write_sessions
from atlas.loop import Parts, learn
from atlas.runs.discovery import launch_of, pairs, redactor_of, setup_of
from atlas.runs.impact import settle_run
from atlas.runs.playing import Player
from atlas.runs.record import concluded, new_run_id
from atlas.settings import RunConfig, Settings
from atlas.storage.discoveries import PostgresDiscoveries
from atlas.storage.store import Store, open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.redaction import Redactor
from atlas.telemetry.tracing import tracing
from atlas.verify.check import Checks

ARM = "run"


@dataclass(frozen=True, slots=True)
class DiscoveredPlan:
    """What `atlas run --task` was asked for. Without a `config` it is the one that discovery generated."""

    path: Path
    tasks: Sequence[str]
    config: Path | None
    variables: Sequence[str]
    timeout_s: float
    learning_key: str | None
    budget_usd: float | None
    output_dir: Path | None


async def run_discovered(plan: DiscoveredPlan, settings: Settings) -> None:
    """Play each task in order with the project's environment, learning as the config says.

    The project's agent plays, or the student of a config that names another one. Raises `ConfigError` when nothing
    was discovered, when sources changed since, and for a wrong config; else as `run_task_file` does.
    """
    root = plan.path.expanduser().resolve()
    found = read_discovery(root)
    config, console = settings.over(load_run_config(plan.config or root / CONFIG)), Console()
    variables = pairs(plan.variables, "--env")
    agent = found.agent if config.agent.type == AGENT_TYPE else None
    launch = launch_of(root, found.environment, agent, plan.timeout_s, variables, settings)
    environment = DiscoveredEnvironment(found.environment.label, launch)
    tasks = [_task(found, text, config) for text in dict.fromkeys(plan.tasks)]
    if config.learning.acceptance == "validated":
        raise ConfigError(
            "learning.acceptance: validated tries lessons on conversations of the CRM; for a project of one's own "
            "set it to rubric or off"
        )
    run = new_run_id()
    async with AsyncExitStack() as stack:
        spans = stack.enter_context(tracing(settings.otel_endpoint))
        models = Models.build(config, settings, seed=0, spans=spans)
        stack.push_async_callback(models.close)
        addresses = await stack.enter_async_context(databases(settings, config))
        store = await stack.enter_async_context(
            open_store(addresses.atlas_url, config.storage, config.runtime_safety.review)
        )
        await store.runs.begin(run, "run", _identity(config, plan, found, models))
        progress = stack.enter_context(Progress(console))
        recorder = FanOut(store.recorder, progress, spans)
        key = LearningKey(plan.learning_key) if plan.learning_key else None
        parts = build_parts(
            config,
            models,
            environment,
            store.sessions,
            store.playbooks,
            recorder,
            key=key,
            judged=config.agent.use_llm_judge is not False,
            history=store.history,
        )
        parts = _rewarded_by_environment(parts, config)
        player = Player(progress, plan.budget_usd)
        async with concluded(store.runs, run):
            plays = [(task, Slot(run, ARM, task.task_id)) for task in tasks]
            await player.arm(ARM, len(tasks), learn(player.affordable(plays), parts))
            keys = [session.lessons.key for session in player.sessions]
            harm = await settle_run(store.playbooks, store.entry_uses, keys, config.learning, run)
        redact = redactor_of(variables, settings)
        await _keep(store, root, tasks, player.sessions, redact)
    folder = plan.output_dir or root / FOLDER / "runs" / run
    asked = {task.task_id: task.brief.turns[0] for task in tasks}
    write_json(folder / "run.json", {"run_id": run, "command": "run"})
    _write(folder, asked, player.sessions, redact)
    for session in player.sessions:
        typer.echo(redact.text("\n".join(_lines(session, asked[session.slot.task_id]))))
    for line in harm:
        typer.echo(line)
    typer.echo(f"run {run}: {folder}/")
    player.require_one_played()


def _task(found: Discovery, text: str, config: RunConfig) -> Task:
    """A task of one turn; the same text is the same task."""
    name = TaskId(f"task-{hashlib.sha256(text.encode()).hexdigest()[:12]}")
    brief = Brief(name, found.environment.label, "discovered", config.agent.system_prompt.strip(), (text,))
    return Task(brief, setup_of(text), Target((TurnTarget(),)), labels={"project": found.project_root})


def _rewarded_by_environment(parts: Parts, config: RunConfig) -> Parts:
    """The same parts, graded by what the environment pays; judges have their configured share."""
    checks = Checks((EnvironmentReward(),))
    weight = config.rim.verifier_weight
    return replace(
        parts,
        verifiers=lambda meter: checks,
        reward=lambda verdicts, judged: session_reward(verdicts, judged, weight),
    )


def _identity(config: RunConfig, plan: DiscoveredPlan, found: Discovery, models: Models) -> JsonObject:
    """What decides how the sessions look."""
    return {
        "config": config.model_dump(mode="json", exclude={"storage": {"database_url"}}),
        "models": {field: model.name for field, model in models.by_role().items()},
        "learning_key": plan.learning_key,
        "project": found.project_root,
        "environment": to_json(found.environment),
        "agent": to_json(found.agent),
        "sources": found.sources,
    }


async def _keep(
    store: Store, root: Path, tasks: Sequence[Task], sessions: Sequence[Session], redact: Redactor
) -> None:
    """A row of `discovery_runs` for each session, which names it."""
    asked = {task.task_id: task.brief.turns[0] for task in tasks}
    discoveries = PostgresDiscoveries(store.database)
    for session in sessions:
        text, metadata = asked[session.slot.task_id], {"atlas": __version__, "session_id": session.session_id}
        await discoveries.add(root, text, "runtime", redact(_payload(session)), metadata)


def _payload(session: Session) -> JsonObject:
    trajectory = session.played.trajectory if session.played else None
    return {
        "final_answer": trajectory.final_answer if trajectory else None,
        "reward": to_json(session.reward),
        "verdicts": to_json(session.verdicts),
        "failure": to_json(session.failure),
        "steps": sum(len(turn.steps) for turn in trajectory.turns) if trajectory else 0,
    }


def _write(folder: Path, asked: dict[TaskId, str], sessions: Sequence[Session], redact: Redactor) -> None:
    exported = (Exported(session, asked[session.slot.task_id]) for session in sessions)
    write_sessions(folder / "sessions.jsonl", exported, redact)


def _lines(session: Session, task: str) -> Iterator[str]:
    """A session on the screen."""
    yield f"task: {task}"
    if session.failure is not None:
        yield f"  failed ({session.failure.boundary}): {session.failure.message}"
        return
    assert session.played is not None, "a session without a failure was played"
    assert session.reward is not None, "and rewarded"
    simulated = " (SIMULATED judges and teacher)" if session.simulated else ""
    parts = ", ".join(f"{part.name} {part.score:.2f} x {part.weight:.2f}" for part in session.reward.parts)
    yield f"  answer: {session.played.trajectory.final_answer}"
    yield f"  mode {session.played.mode}, {len(session.played.attempts)} attempts{simulated}"
    yield f"  reward {session.reward.score:.2f} ({parts}); {session.verdicts[0].reason}"
    yield f"  session {session.session_id}, playbook {session.lessons.key} version {session.lessons.version}"
