"""The pool: isolated processes for sessions, forked from one warm server, a limited number at once."""

from __future__ import annotations

import asyncio
import math
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from atlas.core.protection import Protection
from atlas.errors import SandboxError, SandboxUnavailable
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.runtime.sandbox.fork_server import ForkServerProcess, start
from atlas.runtime.sandbox.orders import Ended, Kill, Limits, Start
from atlas.runtime.sandbox.process import Process

PASSED_ON = ("PATH", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONPATH")
"""Variables that an isolated process gets of the caller's: nothing that holds a key."""
MEGABYTE = 1 << 20
CPU_GRACE_S = 5


class SandboxPool:
    """Opens isolated processes that run one program. The fork server starts with the first one."""

    def __init__(self, config: SandboxConfig, program: str | None, environ: Mapping[str, str]) -> None:
        """`program` is what each process runs (module:name, see `server.Program`); None does nothing.

        Of `environ` only what is in `PASSED_ON` reaches a process.
        """
        self._config, self._program = config, program
        self._passed_on = {name: environ[name] for name in PASSED_ON if name in environ}
        self._places = asyncio.Semaphore(config.max_concurrent_processes)
        self._starting = asyncio.Lock()
        self._server: ForkServerProcess | None = None
        self._running: dict[int, Process] = {}
        self._tasks = 0

    @asynccontextmanager
    async def open(self, workspace: Path | None) -> AsyncIterator[Process]:
        """A process for one session; see `Sandboxes`."""
        async with self._places:
            process = await self._start(await self._ready(), workspace)
            try:
                yield process
            finally:
                await process.close()

    async def protection(self) -> Protection:
        """What the kernel holds against the code in a process. Raises `SandboxUnavailable`."""
        return (await self._ready()).protection

    async def close(self) -> None:
        """End the fork server and every process. The pool may be used again."""
        if self._server is not None:
            server, self._server = self._server, None
            await server.close()

    async def _ready(self) -> ForkServerProcess:
        async with self._starting:
            if self._server is not None and not self._server.alive:
                await self.close()
            if self._server is None:
                self._server = await start(
                    self._program,
                    self._limits(),
                    self._config.max_concurrent_processes,
                    self._passed_on,
                    self._ended,
                    self._lost,
                )
            protection = self._server.protection
        if self._config.require_sandbox and not protection.complete:
            raise SandboxUnavailable(
                f"agent.sandbox.require_sandbox is on, and this is all that protects here: {protection}"
            )
        return self._server

    def _limits(self) -> Limits:
        config = self._config
        return Limits(
            memory=config.memory_mb * MEGABYTE,
            written=config.disk_mb * MEGABYTE,
            threads=config.max_threads,
            cpu_s=math.ceil(config.process_timeout) + CPU_GRACE_S,
        )

    async def _start(self, server: ForkServerProcess, workspace: Path | None) -> Process:
        self._tasks += 1
        task = self._tasks
        ours, theirs = socket.socketpair()
        printed, printing = os.pipe()
        try:
            reader, writer = await asyncio.open_connection(sock=ours, limit=MEGABYTE)
            process = Process(
                server.protection,
                reader,
                writer,
                await _reading(printed),
                lambda: self._kill(server, task),
                timeout_s=self._config.process_timeout,
                output_bytes=self._config.output_mb * MEGABYTE,
            )
            # Known before it begins: one that ends at once is reported before anything else here could run.
            self._running[task] = process
            server.order(Start(task, str(workspace) if workspace else None), (theirs.fileno(), printing))
        finally:
            theirs.close()
            os.close(printing)
        if not server.alive:
            process.lost("the fork server ended before the process began")
        return process

    def _kill(self, server: ForkServerProcess, task: int) -> None:
        if task in self._running:
            server.order(Kill(task))

    def _ended(self, report: Ended) -> None:
        process = self._running.pop(report.task, None)
        if process is not None:
            process.ended(report)

    def _lost(self) -> None:
        running, self._running = self._running, {}
        for process in running.values():
            process.lost("the fork server ended, and with it the agent's process")


async def probe(environ: Mapping[str, str]) -> Protection:
    """What the kernel holds against agent-written code here, found out by an isolated process that does nothing.

    Raises `SandboxError` when none can be had.
    """
    pool = SandboxPool(SandboxConfig(), None, environ)
    try:
        async with pool.open(None) as process:
            # It ends at once, which an isolated process is told of as a crash with exit code 0.
            with suppress(SandboxError):
                await process.receive()
            return process.protection
    finally:
        await pool.close()


async def _reading(fd: int) -> asyncio.StreamReader:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", buffering=0))
    return reader
