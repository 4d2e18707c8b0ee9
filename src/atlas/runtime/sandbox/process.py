"""A running isolated process, as the parent sees it: messages in and out, what it prints, its time."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from atlas.core.protection import Protection
from atlas.errors import SandboxCrashed, SandboxError, SandboxForgery, SandboxOverrun, SandboxTimeout
from atlas.runtime.sandbox.channel import HEADER
from atlas.runtime.sandbox.orders import Ended
from atlas.runtime.sandbox.server import UNCONFINED

TAIL = 2_000
"""Characters of what a process printed last that are quoted when it ends too early."""
END_S = 30.0
"""How long the fork server may take to bury a process that was killed."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Our ends of a process: the channel to it, and the pipe that it prints to."""

    channel: socket.socket
    printed: int


class Process:
    """One isolated process. Made by `SandboxPool.open`."""

    def __init__(
        self,
        protection: Protection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        printed: asyncio.StreamReader,
        kill: Callable[[], None],
        *,
        timeout_s: float,
        output_bytes: int,
    ) -> None:
        """`kill` asks the fork server for its end, which `ended` is told of."""
        self.protection = protection
        self._reader, self._writer, self._kill = reader, writer, kill
        self._timeout_s, self._left_s, self._output_bytes = timeout_s, timeout_s, output_bytes
        self._ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._overrun: str | None = None
        self._tail = b""
        self._listening = asyncio.create_task(self._listen(printed))

    @asynccontextmanager
    async def clock(self) -> AsyncIterator[None]:
        """Counts the time within the block against the deadline. Raises `SandboxTimeout` when it has come."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(max(self._left_s, 0)) as limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            self._kill()
            raise SandboxTimeout(
                f"the agent's process was not done after {self._timeout_s:g} s (agent.sandbox.process_timeout)"
            ) from None
        finally:
            self._left_s -= loop.time() - began

    async def send(self, message: bytes) -> None:
        """Hand a message in. Raises `SandboxError` when the process has ended."""
        try:
            self._writer.write(HEADER.pack(len(message)) + message)
            await self._writer.drain()
        except ConnectionError:
            raise await self._end() from None

    async def receive(self) -> bytes:
        """The next message. Raises `SandboxError` when the process has ended or says too much."""
        try:
            (size,) = HEADER.unpack(await self._reader.readexactly(HEADER.size))
            if size > self._output_bytes:
                self._kill()
                raise SandboxForgery(f"the agent's process announced a message of {size} bytes")
            return await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._end() from None

    def ended(self, report: Ended) -> None:
        """The fork server says that the process is gone."""
        if not self._ended.done():
            self._ended.set_result(report)

    def lost(self, reason: str) -> None:
        """The fork server is gone, and with it the process."""
        if not self._ended.done():
            self._ended.set_exception(SandboxCrashed(reason))

    async def close(self) -> None:
        """Kill the process and wait until nothing of it is left. Raises `SandboxError` when that cannot be had."""
        self._kill()
        self._writer.close()
        try:
            async with asyncio.timeout(END_S):
                await asyncio.shield(self._ended)
        except TimeoutError:
            raise SandboxCrashed(f"the fork server did not end a process within {END_S:g} s") from None
        except SandboxCrashed:
            # The fork server is gone and the process with it, which is what was wanted here.
            pass
        finally:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self, printed: asyncio.StreamReader) -> None:
        """Read what it prints, so that it never waits for a reader, and keep the last of it."""
        heard = 0
        while piece := await printed.read(1 << 16):
            heard += len(piece)
            self._tail = (self._tail + piece)[-TAIL:]
            if heard > self._output_bytes:
                self._overrun = f"it printed more than {self._output_bytes >> 20} MB (agent.sandbox.output_mb)"
                self._kill()
                return

    async def _end(self) -> SandboxError:
        """Why nothing more comes: how the process ended, and the last it printed."""
        # One that closed its channel may still run.
        self._kill()
        try:
            async with asyncio.timeout(END_S):
                report = await asyncio.shield(self._ended)
                await asyncio.wait({self._listening}, timeout=0.2)
        except TimeoutError:
            return SandboxCrashed(f"the fork server did not end a process within {END_S:g} s")
        except SandboxError as error:
            return error
        if overrun := self._overrun or report.overrun:
            return SandboxOverrun(f"the agent's process was killed: {overrun}")
        said = " ".join(self._tail.decode(errors="replace").split())
        last = f"; the last it printed: {said}" if said else ""
        return SandboxCrashed(f"the agent's process {_how(report.status)}{last}")


def _how(status: int) -> str:
    if status == UNCONFINED:
        return "could not be confined, and has run nothing"
    if status == -signal.SIGXCPU:
        return "used up its processor time and was killed"
    if status < 0:
        return f"ended by signal {-status}"
    return f"ended with exit code {status}"
