"""The scripted agent: makes the calls and gives the replies that it was handed, whatever comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from atlas.core.json import dumps
from atlas.core.messages import Completion, Message, Usage
from atlas.core.protocols import Toolbox, TurnInput
from atlas.core.tasks import ExpectedCall
from atlas.core.tools import ToolCall
from atlas.core.trajectory import Step


@dataclass(frozen=True, slots=True)
class Line:
    """What to do in one turn. The arguments of the calls are passed as they stand."""

    calls: tuple[ExpectedCall, ...]
    reply: str


class ScriptedAgent:
    """Plays one `Line` a turn; a failed call changes nothing of what follows."""

    name = "scripted"

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        number = 1 + sum(message.role == "user" for message in turn.history)
        line = self._lines[number - 1]
        for position, scripted in enumerate(line.calls, 1):
            call = ToolCall(f"scripted-{number}-{position}", scripted.tool, dumps(scripted.arguments))
            result = await tools.call(call)
            yield Step(Completion(Message("assistant", "", (call,)), Usage(), self.name, "tool_calls"), (result,))
        yield Step(Completion(Message("assistant", line.reply), Usage(), self.name))
