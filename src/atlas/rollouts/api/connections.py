"""A connection, as far as delivery is concerned: whether everything written on it has left, and how it ended.

The web server tells an application neither. So its protocol class is extended by what asyncio tells a protocol:
when the buffer is empty, and whether the connection ended in order (all was read) or was reset (it was not).
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import termios
from asyncio.trsock import TransportSocket
from collections.abc import Callable
from typing import TypeAlias

from uvicorn.protocols.http.h11_impl import H11Protocol

Address: TypeAlias = tuple[str, int]


class Connection:
    """One client's connection. `sock` is its socket, if there still is one."""

    def __init__(self, sock: TransportSocket | None = None) -> None:
        self._sock = sock
        self._outcome: bool | None = None
        self._cut = False
        self._empty = asyncio.Event()
        self._empty.set()
        self._watchers: list[Callable[[bool], None]] = []

    @property
    def lost(self) -> bool:
        """Whether nothing more can be written."""
        return self._outcome is not None

    async def drained(self) -> bool:
        """Wait until all that was written is with the kernel; False when the connection ended before it was."""
        await self._empty.wait()
        return not self._cut

    def cork(self) -> None:
        """Have the kernel hold back what is written from now on: until `uncork`, for 0.2 s, or until we die.

        So the client sees an answer only after what follows from it has been stored, or is on its way to be, and
        yet sees it for sure.
        """
        self._cork(True)

    def uncork(self) -> None:
        """Have the kernel send what it held back."""
        self._cork(False)

    def watch(self, watcher: Callable[[bool], None]) -> None:
        """Call `watcher` once: with True when the client asks for more or ends in order, with False at a reset."""
        if self._outcome is None:
            self._watchers.append(watcher)
        else:
            watcher(self._outcome)

    def filling(self) -> None:
        """Not all that was written has left."""
        self._empty.clear()

    def emptied(self) -> None:
        """All that was written has left."""
        self._empty.set()

    def asked(self) -> None:
        """The client has sent something, so it is done with what it got before."""
        self._tell(True)

    def ended(self, *, in_order: bool) -> None:
        """The connection is gone."""
        self._cut = not self._empty.is_set()
        self._outcome = in_order and not self._cut
        self._tell(self._outcome)
        self._empty.set()

    def _cork(self, on: bool) -> None:
        # Elsewhere than on Linux the answer goes out at once.
        if self._sock is not None and not self.lost and hasattr(socket, "TCP_CORK"):
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, on)

    def _tell(self, arrived: bool) -> None:
        watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            watcher(arrived)


class Connections:
    """The open connections by the client's address."""

    def __init__(self) -> None:
        self._open: dict[Address, Connection] = {}

    def at(self, address: Address) -> Connection:
        """The connection from `address`; a lost one when it is gone already."""
        if found := self._open.get(address):
            return found
        gone = Connection()
        gone.ended(in_order=False)
        return gone

    def protocol(self) -> type[H11Protocol]:
        """The web server's protocol class, keeping this register."""
        register = self._open

        class TrackedProtocol(H11Protocol):
            connection: Connection
            unread: bool = False

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                # The buffer counts as full while anything is in it, so `drained` means what it says.
                transport.set_write_buffer_limits(high=0)
                self.connection = Connection(transport.get_extra_info("socket"))
                if self.client:
                    register[self.client] = self.connection

            def pause_writing(self) -> None:
                self.connection.filling()
                super().pause_writing()

            def resume_writing(self) -> None:
                self.connection.emptied()
                super().resume_writing()

            def data_received(self, data: bytes) -> None:
                self.connection.asked()
                super().data_received(data)

            def eof_received(self) -> None:
                self.unread = _unread(self.transport)
                super().eof_received()

            def connection_lost(self, exc: Exception | None) -> None:
                self.connection.ended(in_order=exc is None and not self.unread)
                if self.client:
                    register.pop(self.client, None)
                super().connection_lost(exc)

        return TrackedProtocol


def _unread(transport: asyncio.Transport) -> bool:
    """Whether the kernel still holds bytes that the client's has not taken."""
    sock = transport.get_extra_info("socket")
    try:
        (count,) = struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0" * 4))
    except OSError:  # not on this system; a reset still tells
        return False
    return bool(count)
