"""A redo: the writes of a turn made once more, after they were rolled back for an attempt that came to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from atlas.core.json import JsonValue, dumps, from_json, loads_object
from atlas.core.protocols import World
from atlas.core.state import Snapshot, diff
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Turn
from atlas.errors import WorldError
from atlas.runtime.rollout import TurnPlayed


async def redo(turn: Turn, world: World, before: Snapshot) -> TurnPlayed:
    """The turn again in the state `before`, in which it was played: the same calls, results and reply.

    Records that are created anew get new ids; the turn that is returned names them everywhere instead of the old
    ones. Calls that failed or only read changed nothing, so they are not made. Raises `WorldError` when a write
    that succeeded does not succeed again.
    """
    again = _Redo(world)
    steps = tuple([await again.step(step) for step in turn.steps])
    state = await world.snapshot() if again.wrote else before
    reply = again.renamed(turn.reply)
    return TurnPlayed(replace(turn, steps=steps, reply=reply, changes=diff(before, state)), state)


class _Redo:
    """The ids given out so far, old -> new."""

    def __init__(self, world: World) -> None:
        self.wrote = False
        self._world = world
        self._writing = {spec.name for spec in world.specs if spec.writes}
        self._ids: dict[str, str] = {}

    async def step(self, step: Step) -> Step:
        calls = step.completion.message.tool_calls
        pairs = [await self._call(*pair) for pair in zip(calls, step.results, strict=True)]
        content = self.renamed(step.completion.message.content)
        message = replace(step.completion.message, content=content, tool_calls=tuple(call for call, _ in pairs))
        return Step(replace(step.completion, message=message), tuple(result for _, result in pairs))

    async def _call(self, call: ToolCall, was: ToolResult) -> tuple[ToolCall, ToolResult]:
        call = replace(call, arguments=self.renamed(call.arguments))
        if not was.ok or call.name not in self._writing:
            return call, self._reread(was)
        result = await self._world.call(call)
        if not result.ok:
            raise WorldError(f"{call.name} succeeded before it was rolled back and fails now: {result.error}")
        self.wrote = True
        self._ids.update(_differing(was.value, result.value))
        return call, result

    def _reread(self, was: ToolResult) -> ToolResult:
        return from_json(ToolResult, loads_object(self.renamed(dumps(was))))

    def renamed(self, text: str) -> str:
        for old, new in self._ids.items():
            text = text.replace(old, new)
        return text


def _differing(old: JsonValue, new: JsonValue) -> Iterator[tuple[str, str]]:
    """Texts that differ between two values of the same form."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() & new.keys()):
            yield from _differing(old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list):
        for before, after in zip(old, new, strict=False):
            yield from _differing(before, after)
    elif isinstance(old, str) and isinstance(new, str) and old != new:
        yield old, new
