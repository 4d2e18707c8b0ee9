"""The oracle: replays the reference solution. A benchmark on which it fails is broken."""

from __future__ import annotations

from collections.abc import AsyncIterator

from atlas.core.json import JsonValue, dumps
from atlas.core.messages import Completion, Message, Usage
from atlas.core.protocols import Toolbox, TurnInput
from atlas.core.references import resolve
from atlas.core.tasks import Target
from atlas.core.tools import ToolCall
from atlas.core.trajectory import Step


class OracleAgent:
    """Built from the target of one task; the only agent that is ever given one."""

    name = "oracle"

    def __init__(self, target: Target) -> None:
        self._target = target
        self._results: dict[int, JsonValue] = {}

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        number = 1 + sum(message.role == "user" for message in turn.history)
        target = self._target.turns[number - 1]
        for position, expected in enumerate(target.calls, 1):
            arguments = dumps(resolve(expected.arguments, self._results))
            call = ToolCall(f"oracle-{number}-{position}", expected.tool, arguments)
            result = await tools.call(call)
            self._results[number] = result.value
            yield Step(Completion(Message("assistant", "", (call,)), Usage(), self.name, "tool_calls"), (result,))
        yield Step(Completion(Message("assistant", target.reply), Usage(), self.name))
