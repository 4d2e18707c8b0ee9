"""The driver: lets a project's own agent play its environment, as an agent of Atlas.

A run config names it as `type: atlas.discovery.driver:ProjectAgent`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from atlas.core.json import JsonObject, dumps
from atlas.core.messages import Completion, Message, Usage
from atlas.core.protocols import Toolbox, TurnInput
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step
from atlas.discovery.environment import ACT, DECIDE, OBSERVE, PLAN, SUMMARIZE
from atlas.errors import AgentError

MAX_STEPS = 256


class ProjectAgent:
    """Asks the project's agent for a plan, for action after action until the episode is done, and for its answer.

    The system text (playbook, guidance) reaches the agent as `guidance`. What its own models cost is not counted.
    """

    def __init__(self, name: str = "project", max_steps: int = MAX_STEPS) -> None:
        """`max_steps` bounds the actions of one turn."""
        self.name = name
        self._max_steps = max_steps
        self._calls = 0

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        """Play until the episode is done. Raises `AgentError` and `WorldError`."""
        told = {"guidance": turn.system.strip()}
        now = (await self._call(tools, OBSERVE.name, {}))[1].value
        if now["steps"] == 0:
            call, planned = await self._call(tools, PLAN.name, told)
            if planned.value["plan"] is not None:
                yield self._step(call, planned)
        taken = 0
        while not now["done"] and taken < self._max_steps:
            decided = (await self._call(tools, DECIDE.name, told))[1].value
            wanted = {"action": decided["action"], **({"submit": True} if decided["submit"] else {})}
            call, result = await self._call(tools, ACT.name, wanted)
            yield self._step(call, result)
            now, taken = result.value, taken + 1
        said = (await self._call(tools, SUMMARIZE.name, told))[1].value["answer"]
        reply = said or f"The episode is {'over' if now['done'] else 'not over'} after {taken} actions."
        yield Step(Completion(Message("assistant", reply), Usage(), self.name))

    async def _call(self, tools: Toolbox, tool: str, arguments: JsonObject) -> tuple[ToolCall, ToolResult]:
        self._calls += 1
        call = ToolCall(f"{tool}-{self._calls}", tool, dumps(arguments))
        result = await tools.call(call)
        if not result.ok:
            raise AgentError(f"the project's agent cannot play here: {result.error}")
        return call, result

    def _step(self, call: ToolCall, result: ToolResult) -> Step:
        return Step(Completion(Message("assistant", "", (call,)), Usage(), self.name, "tool_calls"), (result,))
