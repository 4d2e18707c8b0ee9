"""The null agent: does nothing and says nothing. A benchmark on which it scores is broken."""

from __future__ import annotations

from collections.abc import AsyncIterator

from atlas.core.messages import Completion, Message, Usage
from atlas.core.protocols import Toolbox, TurnInput
from atlas.core.trajectory import Step


class NullAgent:
    """Answers every message with an empty reply."""

    name = "null"

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        yield Step(Completion(Message("assistant", ""), Usage(), self.name))
