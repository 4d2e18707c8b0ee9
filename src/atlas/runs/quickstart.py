"""The quickstart: a small, honest experiment on whether learning helps, offline and on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import math
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.console import Console

from atlas.assembly import Models, alone, brief_instructions, build_parts, databases, open_crm
from atlas.config_file import load_run_config
from atlas.core.json import to_json
from atlas.core.playbook import LearningKey, Playbook
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.datasets.conversation import Conversation, Split
from atlas.datasets.generator import generate_set
from atlas.datasets.loader import task_of
from atlas.datasets.payloads import payloads
from atlas.learning.config import AcceptanceMode
from atlas.learning.placebo import placebo
from atlas.loop import Parts, Play, evaluate, learn
from atlas.reports.run import RunContext, RunReport, run_report
from atlas.reports.tables import render
from atlas.runs.acceptance import ARM as VALIDATION
from atlas.runs.acceptance import TriedAcceptance, Validation
from atlas.runs.artifacts import write_artifacts
from atlas.runs.playing import Player
from atlas.runs.record import begin_or_resume, concluded
from atlas.settings import RunConfig, Settings
from atlas.storage.store import open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.recorder import FanOut
from atlas.telemetry.redaction import Redactor
from atlas.telemetry.tracing import tracing

CONFIG = Path(__file__).with_suffix(".yaml")
ALONE, LEARNING, PLACEBO, FROZEN = "student alone", "learning", "placebo", "frozen playbook"


@dataclass(frozen=True, slots=True)
class QuickstartPlan:
    """What a quickstart plays: `train` conversations to learn from, `heldout` ones in every other arm.

    Under the acceptance `validated` others still are generated, to try versions of the playbook on.
    """

    seed: int
    train: int
    heldout: int
    acceptance: AcceptanceMode = "rubric"

    @property
    def command(self) -> str:
        """The shell line that repeats the run."""
        counts = f"atlas quickstart --seed {self.seed} --train {self.train} --heldout {self.heldout}"
        return counts if self.acceptance == "rubric" else f"{counts} --acceptance {self.acceptance}"

    @property
    def revision(self) -> str:
        """What the conversations are: the generator is deterministic, so its arguments identify them."""
        return f"generated:seed={self.seed},train={self.train},test={self.heldout}"

    def conversations(self) -> dict[Split, list[Conversation]]:
        """Both splits: no world, name or conversation of one is in the other."""
        counts: dict[Split, int] = {"train": self.train, "test": self.heldout}
        rows = generate_set(self.seed, counts)
        return {split: [row for row in rows if row.split == split] for split in counts}

    def others(self, count: int) -> list[Conversation]:
        """Conversations to draw `count` from that share nothing with the splits: half as many more, for some do."""
        return generate_set(self.seed + 1, {"train": math.ceil(1.5 * count)})


async def run_quickstart(
    plan: QuickstartPlan, settings: Settings, output_dir: Path, resume: str | None, concurrency: int
) -> None:
    """Play all arms, print the tables and write the artifacts to `output_dir`/<run id>.

    Raises `ConfigError` for a run that cannot be resumed, `StorageError` when the database or the disk fails.
    """
    config, console = _config(plan, concurrency), Console()
    rows = plan.conversations()
    tasks = {split: _tasks(rows[split], plan) for split in rows}
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(databases(settings, config))
        store = await stack.enter_async_context(
            open_store(addresses.atlas_url, config.storage, config.runtime_safety.review)
        )
        crm = await stack.enter_async_context(open_crm("postgres", addresses.crm_url, concurrency))
        spans = stack.enter_context(tracing(settings.otel_endpoint))
        models = Models.build(config, settings, plan.seed, spans=spans)
        stack.push_async_callback(models.close)
        identity = {"plan": to_json(plan), "config": config.model_dump(mode="json")}
        run_id = await begin_or_resume(store.runs, "quickstart", identity, resume)
        console.print(f"Run {run_id}: SIMULATED models, PostgreSQL {await store.database.ping()}", highlight=False)
        progress = stack.enter_context(Progress(console))
        recorder = FanOut(store.recorder, progress, spans)
        parts = replace(
            build_parts(config, models, crm, store.sessions, store.playbooks, recorder, key=_key(run_id)),
            draws=RunId(plan.revision),
        )
        player = Player(progress)
        acceptance = None
        if plan.acceptance == "validated":
            pool = _tasks(plan.others(config.learning.validation.size), plan)
            validation = Validation(config.learning.validation, pool, [*tasks["train"], *tasks["test"]])
            say = partial(console.print, highlight=False, markup=False, soft_wrap=True)
            acceptance = TriedAcceptance(validation, parts, store, run_id, player, say)
            await acceptance.ready([_key(run_id)])
            parts = replace(parts, acceptance=acceptance)
        try:
            async with concluded(store.runs, run_id):
                await _play(player, tasks["train"], tasks["test"], parts, run_id, concurrency)
        except asyncio.CancelledError:
            console.print(f"Interrupted. Complete it with: atlas quickstart --resume {run_id}", highlight=False)
            raise
        trials = await acceptance.sessions() if acceptance else []
    report = _report(plan, config, run_id, [*player.sessions, *trials])
    folder = output_dir / run_id
    lines = payloads([*rows["train"], *rows["test"]], run_id, plan.revision, "postgres", use_llm_judge=True)
    everything = [*tasks["train"], *tasks["test"]]
    write_artifacts(folder, report, player.sessions, everything, lines, Redactor(settings.secrets()))
    console.print(render(report))
    console.print(f"Artifacts: {folder}/ (start with report.md)", highlight=False)


async def _play(
    player: Player, train: list[Task], heldout: list[Task], parts: Parts, run_id: RunId, concurrency: int
) -> None:
    """The held-out split before learning, the training stream, and the split again under placebo and playbook."""
    solo, key = alone(parts), _key(run_id)

    async def held_out(arm: str, playbook: Playbook) -> None:
        played = evaluate(_plays(heldout, run_id, arm), solo, playbook, concurrency)
        await player.arm(arm, len(heldout), played)

    await held_out(ALONE, Playbook(key))
    await player.arm(LEARNING, len(train), learn(_plays(train, run_id, LEARNING), parts))
    learned = await parts.playbooks.load(key)
    await held_out(PLACEBO, placebo(learned))
    await held_out(FROZEN, learned)


def _config(plan: QuickstartPlan, concurrency: int) -> RunConfig:
    config = load_run_config(CONFIG)
    validation = config.learning.validation.model_copy(update={"concurrency": concurrency})
    learning = config.learning.model_copy(update={"acceptance": plan.acceptance, "validation": validation})
    return config.model_copy(update={"learning": learning})


def _key(run_id: RunId) -> LearningKey:
    """Each quickstart starts from an empty playbook of its own."""
    return LearningKey(f"quickstart/{run_id}")


def _plays(tasks: list[Task], run_id: RunId, arm: str) -> list[Play]:
    return [(task, Slot(run_id, arm, task.task_id)) for task in tasks]


def _tasks(rows: list[Conversation], plan: QuickstartPlan) -> list[Task]:
    return [task_of(row, brief_instructions(), plan.revision) for row in rows]


def _report(plan: QuickstartPlan, config: RunConfig, run_id: RunId, sessions: list[Session]) -> RunReport:
    context = RunContext(
        title="Atlas quickstart",
        run_id=run_id,
        timestamp=max(session.finished_at for session in sessions),
        config_path="atlas/runs/quickstart.yaml",
        conversations_path=plan.revision,
        tasks_path="tasks.jsonl",
        dataset_revision=plan.revision,
        command=plan.command,
        agent_config=config.agent.model_dump(mode="json"),
    )
    return run_report(
        sessions,
        context,
        arms=(ALONE, LEARNING, VALIDATION, PLACEBO, FROZEN),
        comparisons=((ALONE, FROZEN), (ALONE, PLACEBO)),
        stream=LEARNING,
        seed=plan.seed,
    )
