"""The external agent: one's own agent behind a question and an answer, with the environment's tools at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import msgspec

from atlas.agents.calls import run_calls
from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.messages import Completion, Message, Usage
from atlas.core.protocols import Toolbox, TurnInput
from atlas.core.tools import ToolCall
from atlas.core.trajectory import Step
from atlas.errors import AgentError

Ask: TypeAlias = Callable[[str, JsonObject], Awaitable[JsonValue]]
"""Puts a prompt with its metadata to the agent and gives what it answered, as JSON."""


class _Function(msgspec.Struct):
    name: str
    arguments: Any = msgspec.field(default_factory=dict)


class _Call(msgspec.Struct):
    """A tool call, flat or nested under `function` as OpenAI's wire format has it."""

    id: str | None = None
    name: str | None = None
    arguments: Any = msgspec.field(default_factory=dict)
    function: _Function | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None


class _Answer(msgspec.Struct):
    content: str | None = None
    tool_calls: list[_Call] = msgspec.field(default_factory=list)
    usage: _Usage | None = None


class ExternalAgent:
    """Asks until an answer has no tool calls.

    The prompt is the user's message. The metadata holds `system` (standing orders, playbook, guidance), `messages`
    (everything said in this conversation, in OpenAI's chat format, the newest last) and `tools` (OpenAI's function
    format). An answer is a text, which is the reply; or an object with `content`, `tool_calls` and `usage`, all
    optional; or any other JSON, which is the reply as JSON text.
    """

    def __init__(self, name: str, ask: Ask, record: Callable[[Usage], None], *, max_steps: int) -> None:
        """`record` is told of the usage that answers state; one that states none is one call of unknown cost."""
        self.name = name
        self._ask, self._record, self._max_steps = ask, record, max_steps

    async def act(self, turn: TurnInput, tools: Toolbox) -> AsyncIterator[Step]:
        """Handle one turn. Raises `AgentError`."""
        messages = [*turn.history, Message("user", turn.request)]
        for number in range(1, self._max_steps + 1):
            wire = [_wire(message) for message in messages]
            specs = [
                {
                    "type": "function",
                    "function": {"name": s.name, "description": s.description, "parameters": s.parameters},
                }
                for s in tools.specs
            ]
            raw = await self._ask(turn.request, {"system": turn.system, "messages": wire, "tools": specs})
            completion = self._completion(raw, f"{len(messages)}-{number}")
            self._record(completion.usage)
            step = Step(completion, await run_calls(completion.message.tool_calls, tools))
            yield step
            if not completion.message.tool_calls:
                return
            messages += step.messages()

    def _completion(self, raw: JsonValue, place: str) -> Completion:
        answer = self._read(raw)
        calls = tuple(_call(call, f"call-{place}-{n}") for n, call in enumerate(answer.tool_calls, 1))
        spent = answer.usage or _Usage()
        usage = Usage(spent.prompt_tokens, spent.completion_tokens, 1, spent.cost_usd)
        message = Message("assistant", answer.content or "", calls)
        return Completion(message, usage, self.name, "tool_calls" if calls else "stop")

    def _read(self, raw: JsonValue) -> _Answer:
        if isinstance(raw, str) or raw is None:
            return _Answer(raw or "")
        if not (isinstance(raw, dict) and {"content", "tool_calls"} & raw.keys()):
            return _Answer(dumps(raw))
        try:
            answer = msgspec.convert(raw, _Answer)
        except msgspec.ValidationError as error:
            raise AgentError(f"agent {self.name} answered in a form that cannot be used: {error}") from error
        if nameless := [call for call in answer.tool_calls if not (call.name or call.function)]:
            raise AgentError(f"agent {self.name} asked for {len(nameless)} tool calls without a name")
        return answer


def _call(call: _Call, call_id: str) -> ToolCall:
    asked = call.function or call
    text = asked.arguments if isinstance(asked.arguments, str) else dumps(asked.arguments)
    return ToolCall(call.id or call_id, asked.name or "", text)


def _wire(message: Message) -> JsonObject:
    wire: JsonObject = {"role": message.role, "content": message.content}
    if message.tool_calls:
        wire["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        wire["tool_call_id"] = message.tool_call_id
    return wire
