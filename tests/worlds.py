"""A counter world: the smallest stateful world, for tests of whatever plays in one."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from atlas.core.events import Event
from atlas.core.json import JsonObject
from atlas.core.messages import ChatRequest, Completion, Message, Usage
from atlas.core.protocols import Mark
from atlas.core.state import Snapshot
from atlas.core.tasks import Setup
from atlas.core.tools import ToolCall, ToolResult, ToolSpec
from atlas.errors import ModelError

SPECS = (
    ToolSpec("add", "Add to a counter.", {"type": "object"}, writes=True),
    ToolSpec("read", "Read a counter.", {"type": "object"}),
)


class CounterWorld:
    """Counters by name. `add` writes, `read` reads, anything else is an error."""

    specs = SPECS
    workspace: Path | None = None

    def __init__(self, counters: dict[str, JsonObject]) -> None:
        self.rows = counters
        self.marks: list[dict[str, JsonObject]] = []

    async def call(self, call: ToolCall) -> ToolResult:
        arguments = call.parsed()
        row = self.rows.get(arguments.get("name", ""))
        if row is None or call.name not in {"add", "read"}:
            return ToolResult(call.id, call.name, error=f"There is no counter {arguments.get('name')!r}.")
        if call.name == "add":
            row["value"] += arguments["by"]
        return ToolResult(call.id, call.name, dict(row))

    async def snapshot(self) -> Snapshot:
        return {"counters": copy.deepcopy(self.rows)}

    async def mark(self) -> Mark:
        self.marks.append(copy.deepcopy(self.rows))
        return Mark(len(self.marks) - 1)

    async def rollback_to(self, mark: Mark) -> None:
        self.rows = copy.deepcopy(self.marks[mark])
        del self.marks[mark + 1 :]


class CounterEnvironment:
    """Opens a fresh counter world a time."""

    name = "counters"
    specs = SPECS

    @asynccontextmanager
    async def open(self, setup: Setup) -> AsyncIterator[CounterWorld]:
        yield CounterWorld(copy.deepcopy(setup.content["counters"]))


@dataclass
class ScriptedModel:
    """Answers with `script(request)`; an exception in it is raised. Remembers what it was asked."""

    script: Callable[[ChatRequest], Message]
    name: str = "scripted"
    simulated: bool = True
    asked: list[ChatRequest] = field(default_factory=list)

    async def complete(self, request: ChatRequest) -> Completion:
        self.asked.append(request)
        return Completion(self.script(request), Usage(10, 5, 1, 0.001), self.name)

    async def close(self) -> None: ...


def saying(text: str) -> Message:
    return Message("assistant", text)


def calling(tool: str, arguments: str, call_id: str = "call-1") -> Message:
    return Message("assistant", "", (ToolCall(call_id, tool, arguments),))


def failing(message: str = "connection refused") -> Callable[[ChatRequest], Message]:
    def script(request: ChatRequest) -> Message:
        raise ModelError(message, model="scripted")

    return script


@dataclass
class EventList:
    """A recorder that keeps what it is given."""

    events: list[Event] = field(default_factory=list)

    async def record(self, event: Event) -> None:
        self.events.append(event)

    def kinds(self) -> list[str]:
        return [event.event_type for event in self.events]
