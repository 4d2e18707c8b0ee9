"""Playing an experiment: arm after arm, orders side by side, every finished session stored before the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from atlas.agents.informed import informed
from atlas.assembly import alone
from atlas.core.keyless import keyless
from atlas.core.messages import Meter
from atlas.core.playbook import LearningKey, Playbook
from atlas.core.protocols import Acceptance, Agent
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.learning.key import KeyRule
from atlas.learning.placebo import placebo
from atlas.loop import Parts, Play, evaluate, learn
from atlas.reports.experiment.layout import ALONE, FROZEN, HISTORY, LEARNING, PLACEBO, SEEDING, SPLITS, STREAM, arm
from atlas.runs.experiment.design import Design
from atlas.runs.experiment.history import as_playbook_block, history_text
from atlas.runs.impact import settle_run
from atlas.runs.playing import Player
from atlas.storage.store import Store


def order_key(run_id: RunId, order: int) -> LearningKey:
    """Each order fills a playbook of its own, which is empty in the beginning."""
    return LearningKey(f"experiment/{run_id}/order-{order + 1}")


@dataclass(frozen=True, slots=True)
class Stage:
    """All that an experiment is played with. `gates` holds one for each order where versions are tried first."""

    design: Design
    parts: Parts
    store: Store
    player: Player
    gates: tuple[Acceptance, ...]
    concurrency: int


async def play_experiment(stage: Stage) -> None:
    """Play what is not stored yet. Raises as `evaluate` and `learn` do, and `BudgetExceeded`."""
    design, orders = stage.design, range(len(stage.design.orders))
    await _evaluated(stage, arm(ALONE, STREAM), design.stream_alone(), stage.parts, _nothing(design))
    for split in SPLITS:
        plays = [play for order in orders for play in design.plays(ALONE, split, order)]
        await _evaluated(stage, arm(ALONE, split), plays, stage.parts, _nothing(design))
    await _learned(stage)
    for order in orders:
        playbook = await stage.store.playbooks.load(order_key(design.run_id, order))
        with_history = _told(stage.parts, await history_of(stage, order))
        for split in SPLITS:
            for condition, parts, shown in (
                (PLACEBO, stage.parts, placebo(playbook)),
                (HISTORY, with_history, _nothing(design)),
                (FROZEN, stage.parts, playbook),
            ):
                plays = design.plays(condition, split, order)
                name = f"{arm(condition, split)}, order {order + 1}"
                await _evaluated(stage, name, plays, parts, shown)


async def history_of(stage: Stage, order: int) -> str:
    """What the history arm of an order is shown: the sessions that its playbook was learned from, undistilled."""
    sessions: list[Session] = []
    for _, slot in stage.design.learning(order):
        session = await stage.store.sessions.finished(slot.session_id)
        if session is not None and session.failure is None:
            sessions.append(session)
    return history_text(sessions, stage.parts.learning.playbook_char_budget)


def _nothing(design: Design) -> Playbook:
    return Playbook(keyless(design.run_id))


def _told(parts: Parts, text: str) -> Parts:
    if not text:
        return parts

    def student(task: Task, slot: Slot, meter: Meter) -> Agent:
        return informed(parts.student(task, slot, meter), as_playbook_block(text))

    return replace(parts, student=student)


async def _evaluated(stage: Stage, name: str, plays: Sequence[Play], parts: Parts, playbook: Playbook) -> None:
    played = evaluate(stage.player.affordable(plays), alone(parts), playbook, stage.concurrency)
    await stage.player.arm(name, len(plays), played)
    # They are read back from the store in the end; a large experiment is not held in memory.
    stage.player.sessions.clear()


async def _learned(stage: Stage) -> None:
    design = stage.design
    streams = [
        learn(stage.player.affordable(design.learning(order)), _learning_parts(stage, order))
        for order in range(len(design.orders))
    ]
    total = sum(len(order) for order in design.orders)
    async with aclosing(merged(streams, stage.concurrency)) as sessions:
        await stage.player.arm(f"{SEEDING} and {LEARNING}", total, sessions)
    stage.player.sessions.clear()
    # As at the end of every run that learned: what was shown to harm goes out of use.
    keys = [order_key(design.run_id, order) for order in range(len(design.orders))]
    store, learning = stage.store, stage.parts.learning
    await settle_run(store.playbooks, store.entry_uses, keys, learning, design.run_id)


def of_order(parts: Parts, key: LearningKey) -> Parts:
    """The same parts, every task reading and filling the playbook `key`."""
    return replace(parts, key=KeyRule(parts.key.agent, key))


def _learning_parts(stage: Stage, order: int) -> Parts:
    parts = of_order(stage.parts, order_key(stage.design.run_id, order))
    return replace(parts, acceptance=stage.gates[order]) if stage.gates else parts


async def merged(streams: Sequence[AsyncIterator[Session]], concurrency: int) -> AsyncGenerator[Session, None]:
    """The sessions of several streams as they finish; at most `concurrency` streams move at once."""
    finished: asyncio.Queue[Session | None] = asyncio.Queue()
    places = asyncio.Semaphore(concurrency)

    async def follow(stream: AsyncIterator[Session]) -> None:
        async with places:
            async for session in stream:
                await finished.put(session)

    async def everything() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for stream in streams:
                    group.create_task(follow(stream))
        finally:
            await finished.put(None)

    playing = asyncio.create_task(everything())
    try:
        while (session := await finished.get()) is not None:
            yield session
        await playing
    except BaseExceptionGroup as failed:
        raise _innermost(failed) from failed
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


def _innermost(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = failed
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
