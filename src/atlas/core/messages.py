"""Messages: what is said to a model, what it answers, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.core.json import dumps
from atlas.core.tools import ToolCall, ToolResult, ToolSpec

MessageRole: TypeAlias = Literal["system", "user", "assistant", "tool"]
ModelRole: TypeAlias = Literal["student", "teacher", "judge", "arbiter", "synthesizer", "probe"]
FinishReason: TypeAlias = Literal["stop", "tool_calls", "length", "refusal", "other"]


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message. `tool_calls` only on assistant messages, `tool_call_id` only on tool messages."""

    role: MessageRole
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


MAX_TOOL_TEXT = 20_000
"""Characters of a tool result that a model is shown; the rest is cut, and the cut is said."""


def tool_message(result: ToolResult) -> Message:
    """A tool result as the model reads it: its JSON, or an object with the error sentence."""
    text = dumps(result.value) if result.ok else dumps({"error": result.error})
    if len(text) > MAX_TOOL_TEXT:
        text = f"{text[:MAX_TOOL_TEXT]}... (cut, {len(text)} characters in all: narrow the request)"
    return Message("tool", text, tool_call_id=result.call_id)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and money of one or more model calls. `cost_usd` is None when a price is unknown."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost_usd: float | None = 0.0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        unknown = self.cost_usd is None or other.cost_usd is None
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.calls + other.calls,
            None if unknown else (self.cost_usd or 0.0) + (other.cost_usd or 0.0),
        )


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call of a model. `json_object` asks for a reply that is a single JSON object.

    `seed` is a sampling seed, which parts the trials of a task; a provider that has no such thing gets none.
    """

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: Literal["auto", "required"] = "auto"
    json_object: bool = False
    temperature: float | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class PlainText:
    """What went over the wire of a plain completion: the prompt that was sent, and the text that came back."""

    prompt: str
    text: str


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer of a model. `duration_s` is wall time, retries included.

    `plain` is what was sent and received where the model was asked for a plain completion; None for a chat.
    """

    message: Message
    usage: Usage
    model: str
    finish_reason: FinishReason = "stop"
    duration_s: float = 0.0
    plain: PlainText | None = None


class Meter:
    """Counts usage per role while a session runs, so that what a failed session spent is counted too."""

    def __init__(self) -> None:
        self._spent: dict[ModelRole, Usage] = {}

    def add(self, role: ModelRole, usage: Usage) -> None:
        """Count `usage` under `role`."""
        self._spent[role] = self._spent.get(role, Usage()) + usage

    def spent(self) -> dict[ModelRole, Usage]:
        """What has been counted so far, roles in alphabetical order."""
        return dict(sorted(self._spent.items()))
