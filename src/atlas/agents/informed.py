"""An informed agent: another one that is told something more before every turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, cast

from atlas.core.protection import Protection
from atlas.core.protocols import Agent, Confined, Instructed, Toolbox, TurnInput
from atlas.core.tools import ToolSpec
from atlas.core.trajectory import Step


class ConfinedAgent(Agent, Confined, Protocol):
    """An agent that holds an isolated process."""


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


@dataclass(frozen=True, slots=True)
class ConfinedInformedAgent(InformedAgent):
    """The same of an agent that holds an isolated process."""

    agent: ConfinedAgent

    @property
    def protection(self) -> Protection | None:
        return self.agent.protection

    async def close(self) -> None:
        await self.agent.close()


def informed(agent: Agent, text: str) -> InformedAgent:
    """`agent`, told `text` before every turn; its process, if it holds one, still ends with the session."""
    if isinstance(agent, Confined):
        return ConfinedInformedAgent(cast(ConfinedAgent, agent), text)
    return InformedAgent(agent, text)
