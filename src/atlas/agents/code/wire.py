"""The wire: what a code agent and the player in its isolated process say to each other, a JSON message each.

The code of a model shares the process with the player, so every word from there may be made up. It can only ask for
a completion, call a tool, or answer; what a tool gave, what a model said and what a task scores is known here.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import msgspec

Name = Annotated[str, msgspec.Meta(max_length=200)]
Arguments = Annotated[str, msgspec.Meta(max_length=1 << 20)]
Text = Annotated[str, msgspec.Meta(max_length=1 << 20)]


class Input(msgspec.Struct, frozen=True):
    """One argument of a tool, with a type that smolagents knows."""

    name: str
    type: str
    description: str
    required: bool


class ToolShape(msgspec.Struct, frozen=True):
    """A tool as the code calls it."""

    name: str
    description: str
    inputs: tuple[Input, ...]


class Open(msgspec.Struct, frozen=True, tag=True):
    """The first order: the tools there are, and what the code may do."""

    tools: tuple[ToolShape, ...]
    allowed_imports: tuple[str, ...]
    max_print_chars: int


class Play(msgspec.Struct, frozen=True, tag=True):
    """Handle a request of the user's. Variables of earlier turns are kept."""

    request: str


class Rewind(msgspec.Struct, frozen=True, tag=True):
    """Between turns: go back to the variables that the last turn began with."""


class Said(msgspec.Struct, frozen=True, tag=True):
    """What the model said to the newest observation; its code is run."""

    text: str


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Instead of what the model said: the turn is over."""


class Result(msgspec.Struct, frozen=True, tag=True):
    """What a tool call gave: `value`, or the sentence of the `error`."""

    value: Any = None
    error: str | None = None


class Ask(msgspec.Struct, frozen=True, tag=True):
    """The code has run: what the model is told of it. Empty before the first code of a turn."""

    observation: Text


class Call(msgspec.Struct, frozen=True, tag=True):
    """The code calls a tool; arguments as JSON text."""

    name: Name
    arguments: Arguments


class Done(msgspec.Struct, frozen=True, tag=True):
    """The code gave its final answer, or the turn was stopped (then both are empty)."""

    answer: Text = ""
    observation: Text = ""


class Rewound(msgspec.Struct, frozen=True, tag=True):
    """The variables are as they were, but for those that are named."""

    not_restored: Annotated[tuple[Name, ...], msgspec.Meta(max_length=1000)] = ()


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The player cannot go on: a sentence."""

    reason: Text


Order: TypeAlias = Open | Play | Rewind | Said | Stop | Result
Word: TypeAlias = Ask | Call | Done | Rewound | Failed

_orders: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_words: msgspec.json.Decoder[Word] = msgspec.json.Decoder(Word)


def encode(message: Order | Word) -> bytes:
    """The bytes of a message."""
    return msgspec.json.encode(message)


def order_of(message: bytes) -> Order:
    """Raises `msgspec.MsgspecError` for what is no order."""
    return _orders.decode(message)


def word_of(message: bytes) -> Word:
    """Raises `msgspec.MsgspecError`, or `RecursionError`, for what is no word."""
    return _words.decode(message)
