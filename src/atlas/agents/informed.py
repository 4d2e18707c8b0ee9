"""An informed agent: another one that is told something more before every turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from atlas.core.protocols import Agent, Toolbox, TurnInput
from atlas.core.trajectory import Step


@dataclass(frozen=True, slots=True)
class InformedAgent:
    """`agent` with `text` after its system text; nothing else about it is changed."""

    agent: Agent
    text: str

    @property
    def name(self) -> str:
        return self.agent.name

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        async for step in self.agent.act(replace(turn, system=f"{turn.system}\n\n{self.text}"), tools):
            yield step
