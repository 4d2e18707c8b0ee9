"""Tool-call markup: the calls that a model writes into its text, as JSON objects in tags."""

from __future__ import annotations

import re

import msgspec

OPENING, CLOSING = "<tool_call>", "</tool_call>"
_CALL = re.compile(rf"{OPENING}\s*(\{{.*?\}})\s*{CLOSING}", re.DOTALL)


class _Call(msgspec.Struct):
    name: str
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


def read_calls(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What stands before the first call, and the name and arguments of each.

    A text in which one call is no such object holds no call at all: half of what was meant would be worse than
    nothing. Arguments are the characters that the model wrote; arguments given as a JSON string are that string.
    """
    found = list(_CALL.finditer(text))
    if not found or len(found) != text.count(OPENING):
        return text, ()
    try:
        calls = tuple(_read(match[1]) for match in found)
    except msgspec.DecodeError:
        return text, ()
    return text[: found[0].start()].rstrip("\n"), calls


def _read(text: str) -> tuple[str, str]:
    call = msgspec.json.decode(text, type=_Call)
    raw = bytes(call.arguments).decode()
    return call.name, msgspec.json.decode(raw, type=str) if raw.startswith('"') else raw
