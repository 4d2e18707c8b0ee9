"""The channel: whole messages, however the bytes arrive."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from atlas.runtime.sandbox.channel import HEADER, Channel


def test_messages_of_every_size_arrive_whole() -> None:
    ours, theirs = socket.socketpair()
    messages = [b"", b"x", bytes(5_000_000)]
    with ours, theirs:
        near, far = Channel(ours.fileno()), Channel(theirs.fileno())
        sending = threading.Thread(target=lambda: list(map(near.send, messages)))
        sending.start()
        assert [far.receive() for _ in messages] == messages
        sending.join()


def test_a_line_that_is_cut_is_an_end() -> None:
    reading, writing = os.pipe()
    os.write(writing, HEADER.pack(10) + b"half")
    os.close(writing)
    with pytest.raises(EOFError):
        Channel(reading).receive()
    os.close(reading)
