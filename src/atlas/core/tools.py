"""Tools: what an agent can call in a world, a call, and its result."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.json import JsonObject, JsonValue, loads_object


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model sees it. `parameters` is a JSON Schema object; `writes` is for graders and limits."""

    name: str
    description: str
    parameters: JsonObject
    writes: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A request to run a tool, arguments as the raw text that the model produced."""

    id: str
    name: str
    arguments: str

    def parsed(self) -> JsonObject:
        """The arguments as an object. Raises `ValueError` when the text is not a JSON object."""
        return loads_object(self.arguments or "{}")


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool call gave: `value` when `error` is None, else the sentence the agent reads."""

    call_id: str
    name: str
    value: JsonValue = None
    error: str | None = None

    @property
    def ok(self) -> bool:
        return self.error is None
