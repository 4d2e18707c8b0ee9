"""An episode: one conversation played in an open world, action by action, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

from atlas.core.messages import Completion, Message, Usage
from atlas.core.protocols import World
from atlas.core.state import Snapshot, diff
from atlas.core.tasks import Task
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Trajectory, Turn, TurnEnd
from atlas.environments.crm.gym.action import REPLY, Action, decode, shown
from atlas.environments.crm.tools import TOOLS
from atlas.errors import ToolError

AGENT = "gymnasium"
"""What trajectories call the agent: the environment sees its actions, never its name."""

Fault: TypeAlias = Literal["action_decoding_error", "execution_failure"]


@dataclass(frozen=True, slots=True)
class Deed:
    """One action and what came of it. `step` counts from 1 over the episode, `turn` over the conversation.

    `tool` is empty and `arguments` a short text of what was sent when that could not be decoded.
    """

    step: int
    turn: int
    tool: str
    arguments: str
    result: ToolResult
    fault: Fault | None = None

    @property
    def is_call(self) -> bool:
        return self.tool not in ("", REPLY)


class Episode:
    """One task being played. Its turns are revealed one at a time, its target never."""

    def __init__(self, task: Task, world: World, state: Snapshot, max_steps: int) -> None:
        """`state` is the world's at the start; `max_steps` bounds the actions of one turn, the reply included."""
        self.task = task
        self.deeds: list[Deed] = []
        self.state = state
        self._world, self._max_steps = world, max_steps
        self._first = self._before = state
        self._turns: list[Turn] = []
        self._steps: list[Step] = []
        self._taken = 0

    @classmethod
    async def begin(cls, task: Task, world: World, max_steps: int) -> Self:
        """An episode in a world that nobody has touched."""
        return cls(task, world, await world.snapshot(), max_steps)

    @property
    def terminated(self) -> bool:
        """Whether the last turn was answered."""
        return len(self._turns) == len(self.task.brief.turns) and self._turns[-1].end == "replied"

    @property
    def truncated(self) -> bool:
        """Whether a turn used up its steps without an answer: what follows could not mend that."""
        return bool(self._turns) and self._turns[-1].end == "step_limit"

    @property
    def over(self) -> bool:
        return self.terminated or self.truncated

    @property
    def turn(self) -> int:
        """The turn that is being played, or was played last, from 1."""
        return min(len(self._turns) + (not self.over), len(self.task.brief.turns))

    @property
    def request(self) -> str:
        """The user's message of the turn that is being played."""
        return self.task.brief.turns[self.turn - 1]

    @property
    def steps_remaining(self) -> int:
        """Actions that are left in this turn; 0 when the episode is over."""
        return 0 if self.over else self._max_steps - self._taken

    @property
    def turns_remaining(self) -> int:
        """Turns that are not answered yet, this one included; 0 when the episode is over."""
        return 0 if self.over else len(self.task.brief.turns) - len(self._turns)

    @property
    def trajectory(self) -> Trajectory:
        """The turns that are finished, as verifiers read them."""
        return Trajectory(self.task.task_id, AGENT, tuple(self._turns), diff(self._first, self.state))

    async def act(self, raw: object) -> Deed:
        """Carry out one action; what is wrong with it is told in the deed. Raises `WorldError`."""
        self._taken += 1
        try:
            action = decode(raw)
        except ToolError as error:
            refused = ToolResult(self._call_id, "", error=str(error))
            deed = self._deed("", shown(raw), refused, "action_decoding_error")
        else:
            deed = self._reply(action) if action.is_reply else await self._call(action)
        self.deeds.append(deed)
        if self._taken == self._max_steps and not self.over:
            self._end_turn("", "step_limit")
        return deed

    async def _call(self, action: Action) -> Deed:
        call = ToolCall(self._call_id, action.tool, action.arguments)
        result = await self._world.call(call)
        if result.ok and TOOLS[action.tool].spec.writes:
            self.state = await self._world.snapshot()
        self._steps.append(_step(Message("assistant", "", (call,)), (result,)))
        return self._deed(action.tool, action.arguments, result, None if result.ok else "execution_failure")

    def _reply(self, action: Action) -> Deed:
        said = ToolResult(self._call_id, REPLY)
        deed = self._deed(REPLY, action.arguments, said, None)
        self._steps.append(_step(Message("assistant", action.text)))
        self._end_turn(action.text, "replied")
        return deed

    def _end_turn(self, reply: str, end: TurnEnd) -> None:
        changes = diff(self._before, self.state)
        turn = Turn(len(self._turns) + 1, self.request, tuple(self._steps), reply, changes, end)
        self._turns.append(turn)
        self._before, self._steps = self.state, []
        if end == "replied":
            self._taken = 0

    def _deed(self, tool: str, arguments: str, result: ToolResult, fault: Fault | None) -> Deed:
        return Deed(len(self.deeds) + 1, self.turn, tool, arguments, result, fault)

    @property
    def _call_id(self) -> str:
        return f"action-{len(self.deeds) + 1}"


def _step(message: Message, results: tuple[ToolResult, ...] = ()) -> Step:
    return Step(Completion(message, Usage(), AGENT, "tool_calls" if results else "stop"), results)
