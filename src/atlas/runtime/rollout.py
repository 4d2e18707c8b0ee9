"""A rollout: an agent plays one assignment in an open world, step by recorded step."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.core.events import Actor, Event
from atlas.core.json import to_json
from atlas.core.protocols import Agent, Recorder, TurnInput, World
from atlas.core.session import SessionId
from atlas.core.state import Snapshot, diff
from atlas.core.trajectory import Step, Turn, TurnEnd
from atlas.runtime.assignment import Assignment

Player: TypeAlias = Literal["student", "teacher"]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a session plays: the world, the limit, and where its events go."""

    session_id: SessionId
    world: World
    recorder: Recorder
    turn_timeout_s: float

    async def record(self, event_type: str, actor: Actor, **payload: object) -> None:
        """Record an event of this session; `payload` may hold nouns."""
        await self.recorder.record(Event(self.session_id, event_type, actor, to_json(payload)))


@dataclass(frozen=True, slots=True)
class TurnPlayed:
    """A turn and the state it left, so that the next one need not read it again."""

    turn: Turn
    state: Snapshot


async def play_turn(
    agent: Agent, stage: Stage, before: Snapshot, system: str, assignment: Assignment, actor: Player
) -> TurnPlayed:
    """Let `agent` handle one assignment in the state `before`. Raises `ModelError`, `AgentError`, `WorldError`."""
    history = tuple(message for turn in assignment.earlier for message in turn.messages())
    deadline = time.monotonic() + stage.turn_timeout_s
    steps: list[Step] = []
    end: TurnEnd = "step_limit"
    acting = agent.act(TurnInput(system, history, assignment.request), stage.world)
    async for step in acting:
        steps.append(step)
        await stage.record(f"{actor}.step", actor, turn=assignment.turn, plan_step=assignment.step_id, step=step)
        if step.is_reply:
            end = "replied"
        elif time.monotonic() > deadline:
            end = "time_limit"
            break
    after = await stage.world.snapshot() if _wrote(steps, stage.world) else before
    reply = steps[-1].completion.message.content if end == "replied" else ""
    turn = Turn(assignment.turn, assignment.request, tuple(steps), reply, diff(before, after), end)
    return TurnPlayed(turn, after)


def _wrote(steps: Sequence[Step], world: World) -> bool:
    writing = {spec.name for spec in world.specs if spec.writes}
    return any(result.ok and result.name in writing for step in steps for result in step.results)
