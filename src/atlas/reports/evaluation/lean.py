"""A lean session: all that is measured, without what was said; many of them fit in memory."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.messages import Message
from atlas.core.session import Session
from atlas.core.state import StateDiff
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Turn


def lean(session: Session) -> Session:
    """The session with every count, duration, outcome and reason, and no message, argument, result or lesson."""
    played = session.played
    if played is not None:
        turns = tuple(map(_turn, played.trajectory.turns))
        trajectory = replace(played.trajectory, turns=turns, changes=StateDiff())
        played = replace(played, trajectory=trajectory, attempts=())
    return replace(session, played=played, panel=None, proposal=None)


def _turn(turn: Turn) -> Turn:
    return replace(turn, request="", reply="", changes=StateDiff(), steps=tuple(map(_step, turn.steps)))


def _step(step: Step) -> Step:
    asked = step.completion.message
    calls = tuple(ToolCall(call.id, call.name, "") for call in asked.tool_calls)
    results = tuple(ToolResult(result.call_id, result.name, None, result.error) for result in step.results)
    return Step(replace(step.completion, message=Message(asked.role, "", calls)), results)
