"""A trial: one task played by a project's pair, to see that it works and what it looks like."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.json import JsonObject, JsonValue
from atlas.core.protocols import TurnInput
from atlas.core.tasks import Setup
from atlas.core.trajectory import Step
from atlas.discovery.driver import ProjectAgent
from atlas.discovery.environment import ACT, PLAN, DiscoveredEnvironment


@dataclass(frozen=True, slots=True)
class Trial:
    """What was played. `files` are the project's own that were imported."""

    first: JsonValue
    steps: tuple[Step, ...]
    files: tuple[str, ...]

    @property
    def plan(self) -> JsonValue:
        """The agent's plan; None without one."""
        return next((value["plan"] for name, _, value in self._calls if name == PLAN.name), None)

    @property
    def acts(self) -> list[JsonObject]:
        """Each action with what it gave."""
        return [{"action": args["action"], **value} for name, args, value in self._calls if name == ACT.name]

    @property
    def rewards(self) -> list[float]:
        """What was paid, step by step, where something was stated."""
        return [act["reward"] for act in self.acts if act["reward"] is not None]

    @property
    def answer(self) -> str:
        """The agent's last word."""
        return self.steps[-1].completion.message.content

    @property
    def done(self) -> bool:
        """Whether the episode came to its end."""
        return bool(self.acts and self.acts[-1]["done"])

    @property
    def events(self) -> list[JsonObject]:
        """What the agent emitted."""
        return [event for _, _, value in self._calls for event in value.get("events", [])]

    @property
    def _calls(self) -> list[tuple[str, JsonObject, JsonObject]]:
        pairs = ((step.completion.message.tool_calls[0], step.results[0]) for step in self.steps if step.results)
        return [(call.name, call.parsed(), result.value) for call, result in pairs]


async def try_out(environment: DiscoveredEnvironment, setup: Setup, task: str) -> Trial:
    """Play one task without a teacher. Raises `WorldError` and `AgentError`."""
    async with environment.open(setup) as world:
        first = (await world.snapshot())["episode"]["now"]["observation"]
        steps = [step async for step in ProjectAgent().act(TurnInput("", (), task), world)]
        return Trial(first, tuple(steps), tuple(await world.files()))
