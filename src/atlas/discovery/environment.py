"""A discovered environment: a project's environment, and the agent beside it, as a world with tools."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from atlas.core.json import JsonObject, JsonValue, to_json
from atlas.core.protocols import Mark
from atlas.core.state import Snapshot
from atlas.core.tasks import Setup
from atlas.core.tools import ToolCall, ToolResult, ToolSpec
from atlas.discovery.child import Child, Launch, opened
from atlas.discovery.wire import Answer, Order, Told

_NOTHING: JsonObject = {"type": "object", "properties": {}, "additionalProperties": False}
ACT = ToolSpec(
    "act",
    "Carry out one action in the environment. Gives the observation, the reward, and whether the episode is done.",
    {
        "type": "object",
        "properties": {
            "action": {"description": "The action, in the environment's own form."},
            "submit": {"type": "boolean", "description": "Whether this is the final submission; default false."},
        },
        "required": ["action"],
        "additionalProperties": False,
    },
    writes=True,
)
OBSERVE = ToolSpec("observe", "What the environment shows now, without doing anything.", _NOTHING)
_GUIDED: JsonObject = {
    "type": "object",
    "properties": {"guidance": {"type": "string", "description": "What the agent is told beside the task."}},
    "additionalProperties": False,
}
PLAN = ToolSpec("plan", "What the project's own agent means to do.", _GUIDED)
DECIDE = ToolSpec("decide", "The action that the project's own agent would take next.", _GUIDED)
SUMMARIZE = ToolSpec("summarize", "The answer of the project's own agent to the task.", _GUIDED)
FOR_ANYONE = (OBSERVE, ACT)
FOR_THE_AGENT = (*FOR_ANYONE, PLAN, DECIDE, SUMMARIZE)


class DiscoveredEnvironment:
    """Opens a project anew for each session, in a process of its own. A setup's content is {"task": text}."""

    def __init__(self, name: str, launch: Launch) -> None:
        """Without an agent in `launch` the world is for whoever calls its tools."""
        self.name = name
        self.specs = FOR_THE_AGENT if launch.agent else FOR_ANYONE
        self._launch = launch

    @asynccontextmanager
    async def open(self, setup: Setup) -> AsyncIterator[DiscoveredWorld]:
        """The beginning of an episode. Raises `WorldError`, and `AgentError` for an agent that cannot be made."""
        async with opened(self._launch) as child:
            begin = Order("begin", task=str(setup.content.get("task", "")), seed=int(setup.seed))
            world = DiscoveredWorld(child, self.specs, begin)
            await world.begin()
            yield world


class DiscoveredWorld:
    """One episode. Its state is one row: what is shown, how many steps were taken, what they paid."""

    def __init__(self, child: Child, specs: tuple[ToolSpec, ...], begin: Order) -> None:
        """`begin` is how the episode begins, and begins again."""
        self.specs = specs
        self._child, self._begin = child, begin
        self._state: JsonObject = {}
        self._rewards: list[float | None] = []
        self._told: list[Told] = []

    @property
    def workspace(self) -> None:
        """The project's files are not the agent's to change."""

    async def begin(self) -> None:
        """Reset the environment and make the agent anew. Raises as `open` does."""
        self._keep((await self._child.ask(self._begin)).value, [])
        if DECIDE in self.specs:
            await self._child.ask(Order("agent"))

    async def call(self, call: ToolCall) -> ToolResult:
        """Run one call. Raises `WorldError` or `AgentError` when the project's code fails: that is no score."""
        if call.name not in {spec.name for spec in self.specs}:
            known = ", ".join(spec.name for spec in self.specs)
            return ToolResult(call.id, call.name, error=f"There is no tool {call.name!r}; there are {known}.")
        try:
            arguments = call.parsed()
            value = await self._run(call.name, arguments)
        except ValueError as error:
            return ToolResult(call.id, call.name, error=str(error))
        return ToolResult(call.id, call.name, value)

    async def files(self) -> list[str]:
        """The project's own files that were imported so far, relative to its root."""
        loaded: list[str] = (await self._child.ask(Order("files"))).value
        return loaded

    async def snapshot(self) -> Snapshot:
        return {"episode": {"now": dict(self._state)}}

    async def mark(self) -> Mark:
        return Mark(len(self._rewards))

    async def rollback_to(self, mark: Mark) -> None:
        """Reset with the same seed and repeat the first actions. Raises `WorldError` when that leads elsewhere."""
        if mark == 0:
            await self.begin()
        elif mark != len(self._rewards):
            answer = await self._child.ask(Order("rewind", steps=mark))
            self._keep(answer.value, self._rewards[:mark])

    async def _run(self, tool: str, arguments: JsonObject) -> JsonValue:
        """The value of a known tool. Raises `ValueError` with a sentence for a call that is wrong."""
        spec = next(spec for spec in self.specs if spec.name == tool)
        known = spec.parameters["properties"]
        if stray := sorted(set(arguments) - set(known)):
            raise ValueError(f"{tool} has no argument {stray[0]!r}; it has {', '.join(known) or 'none'}.")
        guidance = str(arguments.get("guidance", ""))
        match tool:
            case ACT.name:
                return await self._act(arguments)
            case OBSERVE.name:
                return dict(self._state)
            case PLAN.name:
                return _named("plan", await self._child.ask(Order("plan", guidance=guidance)))
            case DECIDE.name:
                answer = await self._child.ask(Order("decide", guidance=guidance))
                # They belong to the action that follows, which is what gets recorded.
                self._told = answer.events
                return answer.value
            case _:
                return _named("answer", await self._child.ask(Order("summarize", guidance=guidance)))

    async def _act(self, arguments: JsonObject) -> JsonValue:
        if "action" not in arguments:
            raise ValueError("act needs an action.")
        if self._state["done"]:
            raise ValueError("The episode is over; reply now.")
        order = Order("step", action=arguments["action"], submit=arguments.get("submit") is True)
        answer = await self._child.ask(order)
        self._keep(answer.value, [*self._rewards, answer.value["reward"]])
        told, self._told = [*self._told, *answer.events], []
        return _with_events(answer.value, told)

    def _keep(self, seen: JsonObject, rewards: list[float | None]) -> None:
        self._rewards = rewards
        self._state = {
            "observation": seen["observation"],
            "done": seen["done"],
            "steps": len(rewards),
            "reward_total": sum(reward for reward in rewards if reward is not None),
        }


def _named(name: str, answer: Answer) -> JsonValue:
    return _with_events({name: answer.value}, answer.events)


def _with_events(value: JsonObject, told: list[Told]) -> JsonObject:
    return {**value, "events": to_json(told)} if told else value
