"""The channel: the child's end of its line to the parent. A message is its length in four bytes, then its bytes.

The system call filter refuses everything that is only for sockets, so it is read and written as a file.
"""

from __future__ import annotations

import os
import struct

HEADER = struct.Struct(">I")


class Channel:
    """Whole messages over a descriptor; nothing else of the child may use it at the same time."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def send(self, message: bytes) -> None:
        """Hand a message over. Raises `OSError` when nobody listens any more."""
        rest = memoryview(HEADER.pack(len(message)) + message)
        while rest:
            rest = rest[os.write(self._fd, rest) :]

    def receive(self) -> bytes:
        """The next message. Raises `EOFError` when there will be none."""
        (size,) = HEADER.unpack(self._exactly(HEADER.size))
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            piece = os.read(self._fd, min(size - len(parts), 1 << 20))
            if not piece:
                raise EOFError("the parent is gone")
            parts += piece
        return bytes(parts)
