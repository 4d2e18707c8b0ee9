"""The parrot, a leak probe: says back all it was told. A benchmark on which it scores tells the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

from atlas.core.json import dumps
from atlas.core.messages import Completion, Message, Usage
from atlas.core.protocols import Toolbox, TurnInput
from atlas.core.trajectory import Step


class ParrotAgent:
    """Replies with the system text, the conversation, the request and the tools' descriptions, word for word."""

    name = "parrot"

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        # Its own replies hold nothing new, and would double the next one.
        heard = (message.content for message in turn.history if message.role != "assistant")
        told = [turn.system, *heard, turn.request, dumps(tools.specs)]
        yield Step(Completion(Message("assistant", "\n".join(told)), Usage(), self.name))
