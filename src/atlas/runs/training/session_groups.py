"""Groups of stored sessions: those of one task, played by one model, so that experience becomes training data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from atlas.core.group import FailedMember, Group, Member
from atlas.core.messages import Message, Usage
from atlas.core.session import Failure, Played, Session
from atlas.core.tasks import TaskId
from atlas.core.trajectory import Step, Trajectory
from atlas.storage.stored_sessions import StoredSession

REVISION = 12
"""So many characters of a data set's revision are enough to tell groups apart."""


@dataclass(slots=True)
class _Gathered:
    simulated: bool
    environment: str
    members: list[Member] = field(default_factory=list)
    failures: list[FailedMember] = field(default_factory=list)


async def session_groups(sessions: AsyncIterator[StoredSession]) -> list[Group]:
    """One group a task, data set and model, in the order in which their first sessions were finished.

    A session is told as its student had it, from the system text that it read with the last request to the last
    reply: its score is the reward, with its parts. The system text is left out where none is stored (the teacher
    took the last turn over, or the session is an older one). A session without a reward is a failed rollout.
    """
    gathered: dict[tuple[TaskId, str, str], _Gathered] = {}
    async for stored in sessions:
        session = stored.session
        key = (_task(session), _model(session), session.dataset_revision)
        environment = (session.key_origin.environment if session.key_origin else None) or ""
        group = gathered.setdefault(key, _Gathered(session.simulated, environment))
        if session.reward is None or session.played is None:
            group.failures.append(_failed(session))
        else:
            group.members.append(_member(session, session.reward.score, session.played))
    return [
        Group(
            "/".join(part for part in (key[0], key[1], key[2][-REVISION:]) if part),
            key[0],
            each.environment,
            key[1],
            tuple(each.members),
            tuple(each.failures),
            each.simulated,
        )
        for key, each in gathered.items()
    ]


def _task(session: Session) -> TaskId:
    """The task itself: a payload of a run is named after its conversation and the run."""
    return TaskId(session.slot.task_id.removesuffix(f"::{session.slot.run_id}"))


def _member(session: Session, score: float, played: Played) -> Member:
    steps = _steps(played.trajectory)
    return Member(
        session.session_id,
        _messages(played),
        score,
        session.reward.parts if session.reward else (),
        session.usage.get("student", Usage()),
        steps[-1].completion.finish_reason if steps else "stop",
        sum(step.completion.duration_s for step in steps),
    )


def _failed(session: Session) -> FailedMember:
    return FailedMember(
        session.session_id,
        session.failure or Failure("verifier", "NoReward", "the session was not graded"),
        _messages(session.played) if session.played else (),
        session.usage.get("student", Usage()),
    )


def _messages(played: Played) -> tuple[Message, ...]:
    said = tuple(message for turn in played.trajectory.turns for message in turn.messages())
    return said if played.system is None else (Message("system", played.system), *said)


def _steps(trajectory: Trajectory) -> list[Step]:
    return [step for turn in trajectory.turns for step in turn.steps]


def _model(session: Session) -> str:
    steps = _steps(session.played.trajectory) if session.played else []
    return steps[0].completion.model if steps else ""
