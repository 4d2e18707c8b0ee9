"""Memory: what a conversation has shown so far, rebuilt from its messages on every call."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from atlas.core.json import JsonObject, JsonValue
from atlas.core.messages import Message
from atlas.models.offline.kinds import INFO, Kind, kind_of

_CREATES = ("create_", "clone_", "upload_", "add_", "ensure_")


WRITES = (*_CREATES, "modify_", "cancel_", "delete_")


@dataclass(frozen=True, slots=True)
class Row:
    """One record as a tool showed it."""

    kind: Kind
    ident: str
    values: JsonObject

    def get(self, column: str) -> JsonValue:
        """The value of a column, None when it is empty or was not shown."""
        return self.values.get(column)

    @property
    def name(self) -> str:
        """What people call it: its name, a contact's two names, a quote's version."""
        if self.kind is Kind.CONTACT:
            return f"{self.get('first_name') or ''} {self.get('last_name') or ''}".strip()
        if self.kind is Kind.QUOTE:
            return f"quote {self.get('version')}" if self.get("version") else "the quote"
        if self.kind is Kind.DOCUMENT:
            return str(self.get("file_name") or "the document")
        if self.kind is Kind.CONTRACT and self.get("end_date"):
            return f"the contract ending {self.get('end_date')}"
        if self.kind is Kind.CONTRACT and self.get("value"):
            return f"the ${self.get('value'):,.2f} contract"
        return str(self.get("name") or f"the {self.kind.value}")


@dataclass(frozen=True, slots=True)
class Done:
    """One tool call that was made, its raw arguments, and what came of it."""

    tool: str
    arguments: str
    rows: tuple[Row, ...]
    value: JsonValue
    error: str

    @property
    def wrote(self) -> bool:
        return self.tool.startswith(WRITES) and not self.error

    @property
    def created(self) -> bool:
        return self.tool.startswith(_CREATES) and not self.error


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One user message, the calls made for it, and the reply; the reply of the running turn is empty."""

    request: str
    calls: tuple[Done, ...]
    reply: str


def turns(messages: Sequence[Message]) -> list[PastTurn]:
    """The conversation turn by turn, the running turn last."""
    found: list[PastTurn] = []
    starts = [index for index, message in enumerate(messages) if message.role == "user"]
    for start, end in pairwise([*starts, len(messages)]):
        part = messages[start + 1 : end]
        replies = [m.content for m in part if m.role == "assistant" and not m.tool_calls]
        found.append(PastTurn(messages[start].content, tuple(_calls(part)), replies[-1] if replies else ""))
    return found


def _calls(messages: Sequence[Message]) -> Iterator[Done]:
    results = {message.tool_call_id: message.content for message in messages if message.role == "tool"}
    for message in messages:
        for call in message.tool_calls:
            if call.id in results:
                value, error, rows = _read(results[call.id])
                yield Done(call.name, call.arguments, rows, value, error)


@lru_cache(maxsize=2048)
def _read(content: str) -> tuple[JsonValue, str, tuple[Row, ...]]:
    """The value, error and records in a tool message."""
    try:
        value = json.loads(content)
    except json.JSONDecodeError:
        return None, "The tool result cannot be read.", ()
    if isinstance(value, dict) and set(value) == {"error"}:
        return None, str(value["error"]), ()
    return value, "", tuple(_rows(value))


def _rows(value: JsonValue) -> Iterator[Row]:
    if isinstance(value, list):
        for item in value:
            yield from _rows(item)
    elif isinstance(value, dict):
        kind = kind_of(value)
        if kind is not None:
            yield Row(kind, str(value[INFO[kind].key]), value)
        else:
            for item in value.values():
                yield from _rows(item)
