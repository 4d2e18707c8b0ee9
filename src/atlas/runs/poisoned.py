"""A poisoned run: rounds of learning from a synthesizer that misleads, under one setting of the acceptance gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TypeAlias

from rich.console import Console

from atlas.assembly import Models, alone, brief_instructions, build_parts, databases, open_crm
from atlas.config_file import load_run_config
from atlas.core.playbook import EntryId, LearningKey, Playbook
from atlas.core.session import RunId, Slot
from atlas.core.tasks import Task
from atlas.datasets.conversation import Split
from atlas.datasets.generator import generate_set
from atlas.datasets.loader import task_of
from atlas.learning.config import AcceptanceMode
from atlas.loop import Parts, evaluate, learn
from atlas.models.offline.model import OfflineModel
from atlas.models.offline.poison import poisoned
from atlas.reports.calibration.poisoning import PoisonedArm, poisoned_arm
from atlas.runs.acceptance import TriedAcceptance, Validation
from atlas.runs.planted import MOST_TURNS, Unrecorded
from atlas.runs.playing import Player
from atlas.runs.quickstart import CONFIG
from atlas.runs.record import concluded, new_run_id
from atlas.settings import RunConfig, Settings
from atlas.storage.memory import MemoryStore
from atlas.storage.store import Store, open_store
from atlas.telemetry.progress import Progress
from atlas.telemetry.tracing import tracing

Outcomes: TypeAlias = list[bool]


@dataclass(frozen=True, slots=True)
class PoisonedPlan:
    """`rounds` of `train` sessions each, and `heldout` tasks, played before the first and after every one.

    Versions are tried on `validation` tasks.
    """

    seed: int
    rounds: int
    heldout: int
    train: int = 10
    validation: int = 60

    @property
    def splits(self) -> dict[Split, list[Task]]:
        """What is learned from and what is held out; no world, name or conversation of one is in the other."""
        counts: dict[Split, int] = {"train": self.rounds * self.train, "test": self.heldout}
        found = _short(self.seed, {split: 4 * count for split, count in counts.items()})
        return {split: [task for task in found if task.split == split][:count] for split, count in counts.items()}

    @property
    def pool(self) -> list[Task]:
        """Tasks to draw the validation slice from."""
        return _short(self.seed + 1, {"train": 8 * self.validation})


async def play_poisoned(
    plan: PoisonedPlan, acceptance: AcceptanceMode, settings: Settings, say: Callable[[str], None]
) -> PoisonedArm:
    """Learn round after round, and play the held-out tasks under what the playbook has become.

    The sessions that are learned from are stored, as the gate needs them; those held out are not. Raises
    `StorageError`.
    """
    config, run_id = _config(plan, acceptance), new_run_id()
    splits = plan.splits
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(databases(settings, config))
        store = await stack.enter_async_context(open_store(addresses.atlas_url, config.storage))
        key = LearningKey(f"calibrate/poisoned/{acceptance}/{run_id}")
        parts = await _parts(stack, config, store, key, plan)
        await store.runs.begin(run_id, "calibrate", config.model_dump(mode="json"))
        if acceptance == "validated":
            validation = Validation(
                config.learning.validation, plan.pool, [task for tasks in splits.values() for task in tasks]
            )
            player = Player(stack.enter_context(Progress(Console(quiet=True))))
            gate = TriedAcceptance(validation, parts, store, run_id, player, say)
            await gate.ready([key])
            parts = replace(parts, acceptance=gate)
        async with concluded(store.runs, run_id):
            return await _rounds(plan, acceptance, splits, parts, run_id, key)


async def _rounds(
    plan: PoisonedPlan,
    acceptance: AcceptanceMode,
    splits: dict[Split, list[Task]],
    parts: Parts,
    run_id: RunId,
    key: LearningKey,
) -> PoisonedArm:
    known: dict[tuple[EntryId, ...], Outcomes] = {}

    async def held_out() -> tuple[Outcomes, int]:
        playbook = await parts.playbooks.load(key)
        live = tuple(entry.id for entry in playbook.entries if entry.lifecycle == "active")
        if live not in known:  # equal lessons give equal sessions: the student is a script
            known[live] = await _held_out(splits["test"], playbook, parts)
        return known[live], len(live)

    results = [await held_out()]
    for number in range(plan.rounds):
        tasks = splits["train"][number * plan.train : (number + 1) * plan.train]
        async for _ in learn([(task, Slot(run_id, "learning", task.task_id)) for task in tasks], parts):
            pass
        results.append(await held_out())
    return poisoned_arm(acceptance, [outcomes for outcomes, _ in results], [count for _, count in results])


async def _held_out(tasks: Sequence[Task], playbook: Playbook, parts: Parts) -> Outcomes:
    apart = replace(parts, sessions=MemoryStore(), recorder=Unrecorded(), synthesizer=lambda meter: None)
    plays = [(task, Slot(RunId("heldout"), "heldout", task.task_id)) for task in tasks]
    passed = {s.slot.task_id: bool(s.success) async for s in evaluate(plays, apart, playbook, 1)}
    return [passed[task.task_id] for task in tasks]


def _config(plan: PoisonedPlan, acceptance: AcceptanceMode) -> RunConfig:
    """The quickstart's config under this setting of the gate; a round is what is tried together."""
    config = load_run_config(CONFIG)
    terms = {"every": plan.train, "size": plan.validation, "concurrency": 1}
    validation = config.learning.validation.model_copy(update=terms)
    learning = config.learning.model_copy(update={"acceptance": acceptance, "validation": validation})
    return config.model_copy(update={"learning": learning})


async def _parts(
    stack: AsyncExitStack, config: RunConfig, store: Store, key: LearningKey, plan: PoisonedPlan
) -> Parts:
    """The scripted student alone over the CRM in memory, and the poisoned synthesizer."""
    spans = stack.enter_context(tracing(None))
    offline = Settings.load({"ATLAS_OFFLINE_MODE": "1"})
    models = Models.build(config, offline, plan.seed, spans)
    stack.push_async_callback(models.close)
    poison = OfflineModel("synthesizer", lambda request, catalog: poisoned(request, plan.seed))
    crm = await stack.enter_async_context(open_crm("mock", "", 1))
    made = build_parts(
        config, replace(models, synthesizer=poison), crm, store.sessions, store.playbooks, store.recorder, key=key
    )
    return replace(alone(made), synthesizer=made.synthesizer, draws=RunId(f"poisoned/{plan.seed}"))


def _short(seed: int, counts: dict[Split, int]) -> list[Task]:
    rows = generate_set(seed, counts)
    tasks = (task_of(row, brief_instructions(), f"generated:seed={seed}") for row in rows)
    return [task for task in tasks if len(task.brief.turns) <= MOST_TURNS]
