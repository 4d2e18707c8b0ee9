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
    """One model call and the results of its tool calls, in the order they were asked for.

    `observation` is what a model that wrote code was told of running it; the tool calls are then those that the
    code made, and the model sees no result of theirs but what its code printed.
    """

    completion: Completion
    results: tuple[ToolResult, ...] = ()
    observation: str | None = None

    @property
    def is_reply(self) -> bool:
        """Whether the step's message is addressed to the user, and so ends the turn."""
        return not self.completion.message.tool_calls and self.observation is None

    def messages(self) -> tuple[Message, ...]:
        """The step as the model reads it later: its own message, then one message a tool result.

        After code there is one message of the user's, the observation.
        """
        if self.observation is not None:
            return Message("assistant", self.completion.message.content), Message("user", self.observation)
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
