"""Trajectories for tests: turns with tool calls, replies and changes, and targets to check them against."""

from __future__ import annotations

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.messages import Completion, Message, Usage
from atlas.core.state import StateDiff
from atlas.core.tasks import Brief, TaskId
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Trajectory, Turn, TurnEnd

NOTHING = StateDiff()
BRIEF = Brief(
    TaskId("task-1"), "crm", "quotes", "Today is 2026-03-02 (Monday).", ("first request", "second request")
)


def called(tool: str, arguments: JsonObject | str, value: JsonValue = None, error: str | None = None) -> Step:
    """A step with one tool call and its result."""
    text = arguments if isinstance(arguments, str) else dumps(arguments)
    call = ToolCall("call", tool, text)
    result = ToolResult("call", tool, value, error)
    return Step(Completion(Message("assistant", "", (call,)), Usage(), "model", "tool_calls"), (result,))


def turn(reply: str = "ok", *steps: Step, changes: StateDiff = NOTHING, end: TurnEnd = "replied") -> Turn:
    last = Step(Completion(Message("assistant", reply), Usage(), "model"))
    return Turn(1, "please", (*steps, last), reply, changes, end)


def played(*turns: Turn, changes: StateDiff = NOTHING) -> Trajectory:
    return Trajectory(BRIEF.task_id, "student", turns, changes)
