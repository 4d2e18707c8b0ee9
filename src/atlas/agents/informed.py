"""An informed agent: another one that is told something more before every turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from atlas.core.protocols import Agent, Instructed, Toolbox, TurnInput
from atlas.core.tools import ToolSpec
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
        async for step in self.agent.act(replace(turn, system=self._informed(turn.system)), tools):
            yield step

    def instructions(self, system: str, tools: Sequence[ToolSpec]) -> str:
        informed = self._informed(system)
        return self.agent.instructions(informed, tools) if isinstance(self.agent, Instructed) else informed

    def _informed(self, system: str) -> str:
        return f"{system}\n\n{self.text}"
