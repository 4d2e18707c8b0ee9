"""Orders to the fork server, and what it reports: one packet of JSON each, over a pair of sockets."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

LARGEST_PACKET = 65_536


class Limits(msgspec.Struct, frozen=True):
    """What a process may use: bytes of memory, bytes written, threads, seconds of processor time."""

    memory: int
    written: int
    threads: int
    cpu_s: int


class Setup(msgspec.Struct, frozen=True, tag=True):
    """The first order: the `Program` that every child runs (module:name), its limits, and where files may be.

    `base` is the directory for the private directories of at most `places` children at once. Nothing under `hidden`
    may be read by a child.
    """

    program: str | None
    base: str
    limits: Limits
    places: int
    hidden: tuple[str, ...]


class Start(msgspec.Struct, frozen=True, tag=True):
    """Fork a child. Comes with two descriptors: its end of the channel, and where its output goes."""

    task: int
    workspace: str | None


class Kill(msgspec.Struct, frozen=True, tag=True):
    """End a child. One that has ended already is no error."""

    task: int


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The server can fork, under this protection."""

    landlock: int
    seccomp: bool
    namespaces: tuple[str, ...]


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The server cannot serve: a sentence."""

    reason: str


class Ended(msgspec.Struct, frozen=True, tag=True):
    """A child is gone, with all that it made. `status` is its exit code, or minus the signal that ended it.

    `overrun` says which limit it was killed for.
    """

    task: int
    status: int
    overrun: str | None = None


Order: TypeAlias = Setup | Start | Kill
Report: TypeAlias = Ready | Refused | Ended

_orders: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
_reports: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def encode(message: Order | Report) -> bytes:
    """The packet of a message."""
    return msgspec.json.encode(message)


def order_of(packet: bytes) -> Order:
    """Raises `msgspec.MsgspecError` for what is no order."""
    return _orders.decode(packet)


def report_of(packet: bytes) -> Report:
    """Raises `msgspec.MsgspecError` for what is no report."""
    return _reports.decode(packet)
