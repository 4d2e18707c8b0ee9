"""A transcript: turns as the plain JSON that a teacher, a judge and a synthesizer read."""

from __future__ import annotations

import msgspec

from atlas.core.json import JsonObject, JsonValue
from atlas.core.trajectory import Step, Turn


def calls_of(turn: Turn) -> list[JsonObject]:
    """The tool calls of a turn: tool, arguments (raw text where they are no JSON), result, error."""
    return [line for step in turn.steps for line in calls_of_step(step)]


def calls_of_step(step: Step) -> list[JsonObject]:
    """The same of one step."""
    pairs = zip(step.completion.message.tool_calls, step.results, strict=True)
    return [
        {"tool": call.name, "arguments": _arguments(call.arguments), "result": result.value, "error": result.error}
        for call, result in pairs
    ]


def _arguments(text: str) -> JsonValue:
    try:
        return msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, RecursionError):
        return text
