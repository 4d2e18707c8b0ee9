"""Chat messages and tools as JSON, in the shape that chat-completions servers, trainers and data sets share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast, get_args

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.messages import Message, MessageRole
from atlas.core.tools import ToolCall, ToolSpec

_ROLES = frozenset(get_args(MessageRole))
# Roles of agents that flatten their memory, as code agents do.
_OTHER_ROLES = {
    "developer": "system", "human": "user", "agent": "assistant", "gpt": "assistant", "function": "tool",
    "tool-call": "assistant", "tool-response": "tool",
}  # fmt: skip


def wire_messages(messages: Iterable[Message]) -> list[JsonObject]:
    """The messages as JSON. A tool result also names its tool; arguments stay the text that the model wrote."""
    names: dict[str, str] = {}
    rows = []
    for message in messages:
        names |= {call.id: call.name for call in message.tool_calls}
        rows.append(_row(message, names))
    return rows


def chat_messages(messages: Iterable[Message]) -> list[JsonObject]:
    """The same with the arguments of calls as objects, which is what chat templates and TRL expect.

    Arguments that are no JSON object stay the text that the model wrote.
    """
    said = tuple(messages)
    rows = wire_messages(said)
    for row, message in zip(rows, said, strict=True):
        for called, call in zip(row.get("tool_calls", ()), message.tool_calls, strict=True):
            called["function"]["arguments"] = parsed_arguments(call)
    return rows


def parsed_arguments(call: ToolCall) -> JsonValue:
    """The arguments of a call as an object, or their text where they are none."""
    try:
        return call.parsed()
    except ValueError:
        return call.arguments


def wire_tools(tools: Iterable[ToolSpec]) -> list[JsonObject]:
    """The tools as function definitions."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
        }
        for tool in tools
    ]


def read_messages(rows: JsonValue) -> tuple[Message, ...]:
    """Messages from JSON, ours or another's. Raises `ValueError` that begins with the place of what is lost else.

    Content may be text, null, or a list of text parts; an image or another part that is no text is refused.
    """
    if not isinstance(rows, list):
        raise ValueError(f"a list of messages is due here, not {type(rows).__name__}")
    return tuple(_message(row, f"[{index}]") for index, row in enumerate(rows))


def _row(message: Message, names: dict[str, str]) -> JsonObject:
    row: JsonObject = {"role": message.role, "content": message.content}
    if message.tool_calls:
        row["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        row["tool_call_id"] = message.tool_call_id
        if message.tool_call_id in names:
            row["name"] = names[message.tool_call_id]
    return row


def _message(row: JsonValue, place: str) -> Message:
    if not isinstance(row, dict):
        raise ValueError(f"{place}: a message is a JSON object, not {type(row).__name__}")
    role = _OTHER_ROLES.get(str(row.get("role")), row.get("role"))
    if role not in _ROLES:
        raise ValueError(f"{place}.role: {row.get('role')!r} is none of {', '.join(sorted(_ROLES))}")
    calls = tuple(_call(call, f"{place}.tool_calls[{n}]") for n, call in enumerate(row.get("tool_calls") or ()))
    call_id = row.get("tool_call_id")
    content = _text(row.get("content"), f"{place}.content")
    return Message(cast(MessageRole, role), content, calls, None if call_id is None else str(call_id))


def _text(content: JsonValue, place: str) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise ValueError(f"{place}: text or a list of parts is due here, not {type(content).__name__}")
    return "".join(_part(part, f"{place}[{index}]") for index, part in enumerate(content))


def _part(part: JsonValue, place: str) -> str:
    text = part if isinstance(part, str) else part.get("text") if isinstance(part, dict) else None
    if not isinstance(text, str):
        raise ValueError(f"{place}: a part without text (an image, for example) cannot be kept")
    return text


def _call(call: JsonValue, place: str) -> ToolCall:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise ValueError(f"{place}: a call has a function with a name")
    arguments = function.get("arguments")
    text = arguments if isinstance(arguments, str) else dumps(arguments if arguments is not None else {})
    return ToolCall(str(call.get("id") or ""), function["name"], text)
