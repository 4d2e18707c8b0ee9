"""A trajectory: everything one rollout did, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.core.messages import Completion, Message, Usage, tool_message
from atlas.core.state import StateDiff
from atlas.core.tasks import TaskId
from atlas.core.tools import ToolResult

TurnEnd: TypeAlias = Literal["replied", "step_limit", "time_limit"]


@dataclass(frozen=True, slots=True)
class Step:
    """One model call and the results of its tool calls, in the order they were asked for."""

    completion: Completion
    results: tuple[ToolResult, ...] = ()

    def messages(self) -> tuple[Message, ...]:
        """The step as the model reads it later: its own message, then one message a tool result."""
        return (self.completion.message, *map(tool_message, self.results))


@dataclass(frozen=True, slots=True)
class Turn:
    """One user message and all done until the answer. `changes` is what this turn did to the state."""

    index: int
    request: str
    steps: tuple[Step, ...]
    reply: str
    changes: StateDiff
    end: TurnEnd = "replied"

    def messages(self) -> tuple[Message, ...]:
        """The whole turn as conversation history."""
        said = (message for step in self.steps for message in step.messages())
        return (Message("user", self.request), *said)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """One task played once. `changes` is the difference between the first and the last state."""

    task_id: TaskId
    agent: str
    turns: tuple[Turn, ...]
    changes: StateDiff

    @property
    def usage(self) -> Usage:
        """Tokens and cost of every step."""
        return sum((step.completion.usage for turn in self.turns for step in turn.steps), Usage())

    @property
    def final_answer(self) -> str:
        return self.turns[-1].reply if self.turns else ""
