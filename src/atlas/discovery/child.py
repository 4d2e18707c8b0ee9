"""The child: a project's code in a process of its own, with a time budget and a clean environment."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from atlas.discovery.wire import Answer, Deed, Order, Target, answer_of, encode
from atlas.errors import AgentError, InfrastructureError, WorldError

PASSED_ON = (
    "PATH",
    "HOME",
    "TMPDIR",
    "TZ",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "VIRTUAL_ENV",
)
"""Variables that a project's code gets of the caller's: nothing that holds a key. `--env` adds others by name."""
LARGEST_ANSWER = 64 * 2**20
TAIL = 2_000
"""Characters of what the project printed last that are quoted when its process dies."""
GRACE_S = 2.0
"""How long the project may take to close by itself."""
AGENTS: frozenset[Deed] = frozenset({"agent", "plan", "decide", "summarize"})


@dataclass(frozen=True, slots=True)
class Launch:
    """How a project's process is started. `timeout_s` is what its code may take in all; waiting is free."""

    root: Path
    environment: Target
    agent: Target | None
    timeout_s: float
    variables: Mapping[str, str] = field(default_factory=dict)

    def spelled(self, deed: Deed) -> str:
        """Whose fault it is when `deed` fails."""
        target = self.agent if deed in AGENTS and self.agent else self.environment
        what = "agent" if deed in AGENTS else "environment"
        return f"{what} {target.module}:{target.qualname} of the project"


def clean_environment(environ: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """What a project's process sees: the allow-list out of `environ`, and what was `added` by name."""
    kept = {name: environ[name] for name in PASSED_ON if name in environ}
    # Sets and dictionaries of strings come in the same order in every run.
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", **added}


class Child:
    """A running process that holds a project. Made by `opened`."""

    def __init__(
        self,
        launch: Launch,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        printed: asyncio.StreamReader,
    ) -> None:
        self.launch = launch
        self._process, self._reader, self._writer = process, reader, writer
        self._left_s = launch.timeout_s
        self._tail = b""
        self._killed = False
        self._listening = asyncio.create_task(self._listen(printed))

    async def ask(self, order: Order) -> Answer:
        """What came of an order. Raises `AgentError` or `WorldError`, by whose code it was, when it failed.

        A process that dies, takes longer than its budget, or answers in no form, is such a failure; it is killed.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(max(self._left_s, 0)):
                line = await self._exchange(order)
        except TimeoutError:
            self.kill()
            raise self._failure(
                order, f"took longer than {self.launch.timeout_s:g} s; --timeout allows more"
            ) from None
        finally:
            self._left_s -= loop.time() - began
        if not line.endswith(b"\n"):
            raise self._failure(order, f"ended its process{await self._last_words()}")
        try:
            answered = answer_of(line)
        except msgspec.MsgspecError as error:
            self.kill()
            raise self._failure(order, f"wrote into the socket of Atlas: {error}") from error
        if answered.error is not None:
            raise self._failure(order, f"raised {answered.error}")
        return answered

    async def end(self) -> None:
        """Let the project close, then end its process group, whatever is left of it."""
        if not self._killed:
            with suppress(InfrastructureError):
                self._left_s = min(max(self._left_s, 0.0), GRACE_S)
                await self.ask(Order("close"))
        self._writer.close()
        self.kill()
        await self._process.wait()
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening

    def kill(self) -> None:
        """End every process of the group."""
        self._killed = True
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def _exchange(self, order: Order) -> bytes:
        """The answer's line; what is no whole line when the process died, which its own children may outlive."""
        reading = asyncio.ensure_future(self._sent(order))
        ended = asyncio.ensure_future(self._process.wait())
        try:
            await asyncio.wait({reading, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                # What it said before it ended is still on its way.
                await asyncio.wait({reading}, timeout=0.2)
            return reading.result() if reading.done() else b""
        finally:
            reading.cancel()
            ended.cancel()
            await asyncio.gather(reading, ended, return_exceptions=True)

    async def _sent(self, order: Order) -> bytes:
        try:
            self._writer.write(encode(order))
            await self._writer.drain()
            return await self._reader.readline()
        except (ConnectionError, ValueError):
            return b""

    async def _listen(self, printed: asyncio.StreamReader) -> None:
        while piece := await printed.read(65536):
            self._tail = (self._tail + piece)[-TAIL:]

    async def _last_words(self) -> str:
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await self._process.wait()
        # Its own children may hold the pipe open.
        self.kill()
        await asyncio.wait({self._listening}, timeout=GRACE_S)
        code = self._process.returncode
        how = "" if code is None else f" by signal {-code}" if code < 0 else f" with exit code {code}"
        said = " ".join(self._tail.decode(errors="replace").split())
        return f"{how}; the last it printed: {said}" if said else how

    def _failure(self, order: Order, what: str) -> AgentError | WorldError:
        kind = AgentError if order.do in AGENTS else WorldError
        return kind(f"{self.launch.spelled(order.do)} {what}")


@asynccontextmanager
async def opened(launch: Launch) -> AsyncIterator[Child]:
    """The project, imported and made, in a process group of its own that ends with the block.

    Raises `WorldError` for a project that cannot be imported or made.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        async with _listened() as (printing, printed):
            process = await _started(launch, theirs.fileno(), printing)
            theirs.close()
            reader, writer = await asyncio.open_connection(sock=ours, limit=LARGEST_ANSWER)
            child = Child(launch, process, reader, writer, printed)
            try:
                order = Order("open", root=str(launch.root), environment=launch.environment, agent=launch.agent)
                await child.ask(order)
                yield child
            finally:
                await child.end()


async def _started(launch: Launch, connection: int, printing: BinaryIO) -> asyncio.subprocess.Process:
    """The process, which has the only other ends of the socket and of the pipe."""
    with printing:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "atlas.discovery.worker", str(connection)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=printing,
            stderr=printing,
            cwd=launch.root,
            env=dict(launch.variables),
            pass_fds=[connection],
            start_new_session=True,
        )


@asynccontextmanager
async def _listened() -> AsyncIterator[tuple[BinaryIO, asyncio.StreamReader]]:
    """A pipe to print into. Our own, so that it can be closed while somebody else still holds its other end."""
    reading, writing = os.pipe()
    printed = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(printed), os.fdopen(reading, "rb")
    )
    with os.fdopen(writing, "wb") as printing:
        try:
            yield printing, printed
        finally:
            transport.close()
