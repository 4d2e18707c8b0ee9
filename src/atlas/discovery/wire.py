"""The wire: what Atlas and the process of a project say to each other, a line of JSON each."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

Deed: TypeAlias = Literal[
    "open", "begin", "agent", "plan", "decide", "step", "rewind", "summarize", "files", "close"
]


class Target(msgspec.Struct, frozen=True):
    """A class or function of the project, and what it is given when it makes one."""

    module: str
    qualname: str
    kwargs: dict[str, Any] = {}


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to do. Which fields count depends on `do`."""

    do: Deed
    root: str = ""
    environment: Target | None = None
    agent: Target | None = None
    task: str = ""
    seed: int = 0
    guidance: str = ""
    action: Any = None
    submit: bool = False
    steps: int = 0


class Told(msgspec.Struct, frozen=True):
    """An event that the project's code emitted."""

    type: str
    payload: Any = None


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of an order: `value`, or the sentence of the `error`. `events` were emitted on the way."""

    value: Any = None
    error: str | None = None
    events: list[Told] = []


def encode(message: Order | Answer) -> bytes:
    """The line, its end included."""
    return msgspec.json.encode(message) + b"\n"


def order_of(line: bytes) -> Order:
    """Raises `msgspec.MsgspecError` for what is no order."""
    return msgspec.json.decode(line, type=Order)


def answer_of(line: bytes) -> Answer:
    """Raises `msgspec.MsgspecError` for what is no answer."""
    return msgspec.json.decode(line, type=Answer)
