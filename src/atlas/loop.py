"""The learning loop: for each task play, verify, judge, reward, learn, store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from atlas.core.events import Event
from atlas.core.json import to_json
from atlas.core.keyless import is_keyless
from atlas.core.messages import Meter
from atlas.core.playbook import EntryId, LearningKey, Playbook
from atlas.core.protocols import (
    Acceptance,
    Agent,
    Confined,
    Environment,
    JudgePanel,
    PlaybookStore,
    Recorder,
    SessionStore,
)
from atlas.core.session import Failure, RunId, Session, Slot
from atlas.core.tasks import Task
from atlas.core.trial import Fingerprint
from atlas.core.verdicts import PanelVerdict, Reward, Verdict
from atlas.errors import InfrastructureError, ModelError, StorageError, VerifierError, VersionConflict
from atlas.learning.config import LearningConfig
from atlas.learning.draws import Draws
from atlas.learning.key import KeyRule
from atlas.learning.known_names import names_in
from atlas.learning.merge import merge
from atlas.learning.render import lessons_for
from atlas.learning.synthesizer import Synthesizer
from atlas.learning.usage import track
from atlas.learning.withhold import NOTHING_WITHHELD, Withholding, withholding
from atlas.runtime.rollout import Stage
from atlas.runtime.session import Supervision, run_session
from atlas.runtime.side_by_side import side_by_side
from atlas.verify.check import Checks
from atlas.verify.drift import DriftWatch

Play: TypeAlias = tuple[Task, Slot]
"""A task, and the slot of the run that it is played in."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The living parts of a run. What calls a model is made anew for each session, around its meter.

    What a session withholds is drawn from its id, in which `draws` takes the place of the run's id where there is
    one: so a run repeated under another id withholds the same.
    """

    environment: Environment
    student: Callable[[Task, Slot, Meter], Agent]
    supervision: Callable[[Meter], Supervision]
    verifiers: Callable[[Meter], Checks]
    panel: Callable[[Meter], JudgePanel | None]
    reward: Callable[[tuple[Verdict, ...], PanelVerdict | None], Reward]
    synthesizer: Callable[[Meter], Synthesizer | None]
    playbooks: PlaybookStore
    sessions: SessionStore
    recorder: Recorder
    key: KeyRule
    now: Callable[[], str]
    simulated: bool
    learning: LearningConfig
    turn_timeout_s: float
    drift: DriftWatch | None = None
    draws: RunId | None = None
    fingerprint: Callable[[Task], Fingerprint] | None = None
    acceptance: Acceptance | None = None


async def learn(plays: Iterable[Play], parts: Parts) -> AsyncIterator[Session]:
    """Handle tasks in order; each session sees what the earlier ones taught. Finished slots are not replayed.

    Where lessons are tried first, they are decided about batch by batch before the next task, and in the end.
    """
    keys: dict[LearningKey, None] = {}
    draws = Draws(parts.sessions, simulated=parts.simulated)
    for task, slot in plays:
        key = parts.key.key(task.brief)
        keys[key] = None
        session = await _finished(slot, parts)
        if session is None:
            if parts.acceptance is not None:
                await parts.acceptance.settle(key, rest=False)
            playbook = await parts.playbooks.load(key)
            session = await play(task, slot, playbook, parts, learning=True, drawn=await draws.so_far(playbook))
            await _store(session, parts)
            draws.add(session)
        yield session
    if parts.acceptance is not None:
        for key in keys:
            await parts.acceptance.settle(key, rest=True)


def evaluate(plays: Iterable[Play], parts: Parts, playbook: Playbook, concurrency: int) -> AsyncIterator[Session]:
    """Play tasks side by side under a playbook that does not change; sessions come in the order they finish.

    `plays` is read as places become free; when it ends, those still playing are waited for.
    """

    async def handle(task: Task, slot: Slot) -> Session:
        session = await _finished(slot, parts)
        if session is None:
            session = await play(task, slot, playbook, parts, learning=False)
            await parts.sessions.finish(session)
        return session

    return side_by_side((handle(task, slot) for task, slot in plays), lambda: concurrency)


async def play(
    task: Task,
    slot: Slot,
    playbook: Playbook,
    parts: Parts,
    *,
    learning: bool,
    drawn: Mapping[EntryId, int] = MappingProxyType({}),
) -> Session:
    """One session, from brief to reward and (while learning) the lessons proposed from it.

    `drawn` are the sessions that drew for an entry before this one, which decides how often it is withheld.
    A failure below us becomes the session's `failure`; only a failing store is raised.
    """
    meter = Meter()
    withheld = _withholding(slot, playbook, parts, drawn) if learning else NOTHING_WITHHELD
    lessons = lessons_for(playbook, task.brief, parts.learning, withheld)
    session = Session(
        slot,
        task.brief.family,
        parts.simulated,
        task.revision,
        lessons,
        played=None,
        key_origin=None if is_keyless(playbook.key) else parts.key.origin(task.brief),
        started_at=parts.now(),
    )
    told = {"playbook_version": lessons.version, "shown": lessons.shown, "withheld": lessons.withheld}
    await _record(session, "session.started", parts, **told)
    try:
        session = await _act(session, task, parts, meter)
        session = await _judge(session, task, parts, meter)
        if learning and session.failure is None:
            session = await _watch(session, parts)
            session = await _reflect(session, task, playbook, parts, meter)
    except StorageError:
        raise
    except InfrastructureError as error:
        session = replace(session, reward=None, failure=_failure(error))
    session = replace(session, usage=meter.spent(), finished_at=parts.now())
    await _record(session, "session.finished", parts, success=session.success, failure=session.failure)
    return session


def _withholding(slot: Slot, playbook: Playbook, parts: Parts, drawn: Mapping[EntryId, int]) -> Withholding:
    drawn_as = replace(slot, run_id=parts.draws) if parts.draws else slot
    return withholding(playbook, parts.learning, drawn_as.session_id, drawn)


async def _act(session: Session, task: Task, parts: Parts, meter: Meter) -> Session:
    async with parts.environment.open(task.setup) as world:
        stage = Stage(session.session_id, world, parts.recorder, parts.turn_timeout_s)
        student, supervision = parts.student(task, session.slot, meter), parts.supervision(meter)
        async with _held(student, session, parts):
            played = await run_session(task.brief, stage, student, supervision, session.lessons)
    return replace(session, played=played)


@asynccontextmanager
async def _held(student: Agent, session: Session, parts: Parts) -> AsyncIterator[None]:
    """End the isolated process that a student may hold, and record what protected from the code in it."""
    try:
        yield
    finally:
        if isinstance(student, Confined):
            await student.close()
            await _record(session, "session.sandbox", parts, protection=student.protection)


async def _judge(session: Session, task: Task, parts: Parts, meter: Meter) -> Session:
    assert session.played is not None
    trajectory = session.played.trajectory
    verdicts = await parts.verifiers(meter).check(task.brief, trajectory, task.target)
    panel = parts.panel(meter)
    judged = await panel.judge(task.brief, trajectory, session.played.guidance) if panel else None
    session = replace(session, verdicts=verdicts, panel=judged)
    try:
        return replace(session, reward=parts.reward(verdicts, judged))
    except VerifierError as error:
        return replace(session, failure=_failure(error))


async def _watch(session: Session, parts: Parts) -> Session:
    if parts.drift is None or session.reward is None:
        return session
    key, score = session.lessons.key, session.reward.score
    drift = await parts.drift.look(key, score, simulated=session.simulated)
    await _record(session, "session.drift", parts, drift=drift, alert=drift.alert)
    return replace(session, drift=drift)


async def _reflect(session: Session, task: Task, playbook: Playbook, parts: Parts, meter: Meter) -> Session:
    assert session.played is not None
    tracking, names = parts.learning.usage_tracking, names_in(session.played)
    session = replace(session, learning_usage=track(playbook, session.lessons, session.played, tracking, names))
    synthesizer = parts.synthesizer(meter)
    if synthesizer is None:
        return session
    if parts.fingerprint is not None:
        session = replace(session, fingerprint=parts.fingerprint(task))
    try:
        return replace(session, proposal=await synthesizer.propose(session, playbook, names))
    except ModelError as error:
        return replace(session, synthesis_failure=_failure(error))


async def _store(session: Session, parts: Parts) -> None:
    """Save the session and, with it, the playbook it changes; merge anew when somebody else was faster."""
    if parts.acceptance is not None:
        return await parts.acceptance.hold(session)
    by_rubric = parts.learning.acceptance != "off"
    while True:
        playbook = await parts.playbooks.load(session.lessons.key)
        changed = None
        if session.proposal is not None:
            changed = merge(playbook, session.proposal, author=session.session_id, by_rubric=by_rubric)
        try:
            return await parts.sessions.finish(session, changed)
        except VersionConflict:
            continue


async def _finished(slot: Slot, parts: Parts) -> Session | None:
    """What is stored for a slot; a session that failed below us counts as not finished and is played again."""
    session = await parts.sessions.finished(slot.session_id)
    return session if session is not None and session.failure is None else None


def _failure(error: InfrastructureError) -> Failure:
    return Failure(error.boundary, type(error).__name__, str(error))


async def _record(session: Session, event_type: str, parts: Parts, **payload: object) -> None:
    await parts.recorder.record(Event(session.session_id, event_type, "runtime", to_json(payload)))
