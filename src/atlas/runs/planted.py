"""Planted runs: offline sessions under playbooks whose effects are known, played through the loop in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TypeVar

from atlas.assembly import Models, alone, brief_instructions, build_parts, open_crm
from atlas.config_file import load_run_config
from atlas.core.events import Event
from atlas.core.playbook import EntryId, LearningKey, Playbook
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.datasets.generator import generate_set
from atlas.datasets.loader import task_of
from atlas.learning.config import LearningConfig
from atlas.learning.render import lessons_for
from atlas.loop import Parts, learn, play
from atlas.models.offline.model import offline_model
from atlas.models.offline.plants import PANELS, Plant, planted_profile
from atlas.reports.calibration.recovery import PairedPlay, Recovered
from atlas.reports.impact.gather import gathered
from atlas.reports.impact.report import EntryImpact, Threshold, impact_report
from atlas.reports.statistics.ratios import Estimate
from atlas.runs.quickstart import CONFIG
from atlas.settings import RunConfig, Settings
from atlas.storage.memory import MemoryStore
from atlas.student import ChatStudent
from atlas.telemetry.tracing import tracing

MOST_TURNS = 4
"""Conversations with more turns are left out: they take longer and tell no more."""
_SHOWN = LearningConfig()
_FOUND = {"helps": 1, "harms": -1}


T = TypeVar("T")


class Unrecorded:
    """Implements `Recorder`: nobody asks for the events of a planted session."""

    async def record(self, event: Event) -> None: ...


@dataclass(frozen=True, slots=True)
class PlantedJob:
    """One replication: conversations of a seed of its own, played under every panel at every rate of withholding.

    There are as many of them as it takes for `sessions` to call for the plants, which all have one cue.
    Of `paired` sessions, spread evenly over the stream, each is played once more for every plant that does
    something, with that one shown where it was withheld and the other way round: the difference is the plant's true
    effect.
    """

    seed: int
    replication: int
    rates: tuple[float, ...]
    sessions: int
    paired: int

    @property
    def world_seed(self) -> int:
        """Seeds conversations and habits."""
        return self.seed * 100_003 + self.replication


@dataclass(frozen=True, slots=True)
class PlantedResult:
    """What a replication gave, and how many sessions it played."""

    recovered: tuple[Recovered, ...]
    paired: tuple[PairedPlay, ...]
    played: int


@dataclass(frozen=True, slots=True)
class _Arm:
    """One panel at one rate."""

    job: PlantedJob
    panel: int
    rate: float

    @property
    def plants(self) -> tuple[Plant, ...]:
        return PANELS[self.panel]

    @property
    def playbook(self) -> Playbook:
        key = LearningKey(f"calibrate/{self.job.replication}/{self.panel}/{self.rate:g}")
        return playbook_of(key, self.plants)


def planted(job: PlantedJob) -> PlantedResult:
    """Play a replication to its end; for processes of their own."""
    return asyncio.run(play_planted(job))


async def play_planted(job: PlantedJob) -> PlantedResult:
    """Play the sessions through the learning loop, and reckon every plant's impact from them."""
    tasks = calling_tasks(job.world_seed, job.sessions)
    results = [await _play_arm(_Arm(job, panel, rate), tasks) for rate in job.rates for panel in range(len(PANELS))]
    return PlantedResult(
        tuple(each for result in results for each in result.recovered),
        tuple(each for result in results for each in result.paired),
        sum(result.played for result in results),
    )


def spread(items: Sequence[T], count: int) -> list[T]:
    """`count` of them at equal distances, or all: the first ones need not be like the rest."""
    most = min(count, len(items))
    return [items[number * len(items) // most] for number in range(most)]


def playbook_of(key: LearningKey, plants: Sequence[Plant]) -> Playbook:
    """The first version of a playbook that holds the plants."""
    return Playbook(key, 1, tuple(sorted((plant.entry for plant in plants), key=lambda e: e.id)), author="planted")


def withholding_config(rate: float) -> RunConfig:
    """The config of the quickstart, with another rate of withholding, for new entries and old ones."""
    config = load_run_config(CONFIG)
    rates = {"withhold_rate": rate, "new_entry_withhold_rate": rate}
    tracking = config.learning.usage_tracking.model_copy(update=rates)
    learning = config.learning.model_copy(update={"usage_tracking": tracking})
    return config.model_copy(update={"learning": learning})


async def planted_parts(
    stack: AsyncExitStack, config: RunConfig, store: MemoryStore, key: LearningKey, student: ChatStudent
) -> Parts:
    """The student alone, over the CRM in memory and a store in memory."""
    spans = stack.enter_context(tracing(None))
    models = Models.build(config, Settings.load({}), student.seed, spans)
    stack.push_async_callback(models.close)
    crm = await stack.enter_async_context(open_crm("mock", "", 1))
    parts = build_parts(config, replace(models, student=student), crm, store, store, Unrecorded(), key=key)
    return alone(parts)


def calling_tasks(seed: int, count: int) -> list[Task]:
    """Generated conversations of at most `MOST_TURNS` turns, up to the `count`th that calls for a plant.

    Equal arguments give equal ones.
    """
    asked, plants = 4 * count, playbook_of(LearningKey("plants"), PANELS[0])
    while True:
        rows = generate_set(seed, {"train": asked})
        tasks = [task_of(row, brief_instructions(), f"generated:seed={seed}") for row in rows]
        short = [task for task in tasks if len(task.brief.turns) <= MOST_TURNS]
        calling = [place for place, task in enumerate(short, 1) if lessons_for(plants, task.brief, _SHOWN).shown]
        if len(calling) >= count:
            return short[: calling[count - 1]]
        asked *= 2


async def _play_arm(arm: _Arm, tasks: Sequence[Task]) -> PlantedResult:
    playbook, seed = arm.playbook, arm.job.world_seed
    profile = planted_profile(arm.plants, seed)
    student = ChatStudent(offline_model("student", seed=seed, profile=profile), seed)
    plays = [(task, Slot(RunId(playbook.key), "learning", task.task_id)) for task in tasks]
    async with AsyncExitStack() as stack:
        config = withholding_config(arm.rate)
        parts = await planted_parts(stack, config, MemoryStore(playbook), playbook.key, student)
        sessions = [session async for session in learn(plays, parts)]
        whole = replace(parts, learning=withholding_config(0).learning)
        paired = [
            await _paired(task, session, plant, arm, whole)
            for task, session in spread(list(zip(tasks, sessions, strict=True)), arm.job.paired)
            for plant in arm.plants
            if plant.habit and plant.entry.id in session.lessons.matched
        ]
    evidence = gathered(sessions, playbook)
    report = impact_report(playbook, evidence, Threshold(), simulated=True, sessions=len(sessions))
    by_id = {impact.entry.id: impact for impact in report.entries}
    recovered = [_recovered(arm, plant, by_id[EntryId(plant.name)]) for plant in arm.plants]
    return PlantedResult(tuple(recovered), tuple(paired), len(sessions) + len(paired))


async def _paired(task: Task, session: Session, plant: Plant, arm: _Arm, parts: Parts) -> PairedPlay:
    """The session once more, with the plant shown if it was withheld and without it if it was shown."""
    shown = set(session.lessons.shown)
    flipped = shown ^ {plant.entry.id}
    entries = tuple(entry for entry in arm.playbook.entries if entry.id in flipped)
    again = await play(task, session.slot, replace(arm.playbook, entries=entries), parts, learning=True)
    rewards = {plant.entry.id in shown: _score(session), plant.entry.id in flipped: _score(again)}
    return PairedPlay(arm.panel, plant.name, arm.rate, with_it=rewards[True], without_it=rewards[False])


def _score(session: Session) -> float:
    assert session.reward is not None, f"session {session.session_id} failed below us: {session.failure}"
    return session.reward.score


def _recovered(arm: _Arm, plant: Plant, impact: EntryImpact) -> Recovered:
    effect, seen = impact.reward, impact.observed
    naive = seen.reward_delta if seen else None
    return Recovered(
        panel=arm.panel,
        plant=plant.name,
        kind=plant.kind,
        withhold_rate=arm.rate,
        replication=arm.job.replication,
        matched=effect.shown + effect.withheld if effect else 0,
        withheld=effect.withheld if effect else 0,
        effect=effect.difference if effect else None,
        interval=effect.interval if effect else None,
        found=_FOUND.get(impact.finding, 0),
        deviation=effect.deviation if effect else 0.0,
        naive=naive.value if naive else None,
        naive_claim=_claim(naive),
    )


def _claim(naive: Estimate | None) -> int:
    """+1 or -1 where the observed interval leaves 0 out, as somebody who trusts it would say; else 0."""
    if naive is None or naive.interval is None or 0 in naive.interval:
        return 0
    return 1 if naive.value > 0 else -1
