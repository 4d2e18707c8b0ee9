"""The parent's side of the fork server: started once, asked for a process a task, restarted when it is lost."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atlas
from atlas.core.protection import Protection
from atlas.errors import SandboxUnavailable
from atlas.runtime.sandbox.orders import (
    LARGEST_PACKET,
    Ended,
    Limits,
    Order,
    Ready,
    Refused,
    Setup,
    encode,
    report_of,
)
from atlas.runtime.sandbox.sweep import new_base, remove, sweep_abandoned

START_S = 60.0
"""How long the server may take to start: it imports smolagents, from a cold disk perhaps."""
END_S = 5.0
WORKER = "atlas.runtime.sandbox.worker"
PACKAGE = Path(atlas.__file__).resolve().parent


class ForkServerProcess:
    """A running fork server. Made by `start`."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        control: socket.socket,
        base: Path,
        lock: int,
        on_end: Callable[[Ended], None],
        on_loss: Callable[[], None],
    ) -> None:
        self.protection = Protection()
        self.alive = True
        self._process, self._control, self._base, self._lock = process, control, base, lock
        self._on_end, self._on_loss = on_end, on_loss
        self._ready: asyncio.Future[Ready | Refused] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(control, self._read)

    async def prepare(self, setup: Setup) -> None:
        """Hand over the setup and wait until it can fork. Raises `SandboxUnavailable`."""
        self.order(setup)
        try:
            async with asyncio.timeout(START_S):
                answer = await self._ready
        except TimeoutError:
            raise SandboxUnavailable(f"the fork server was not ready after {START_S:g} s") from None
        if isinstance(answer, Refused):
            raise SandboxUnavailable(f"no isolated process can be started: {answer.reason}")
        self.protection = Protection(answer.landlock, answer.seccomp, answer.namespaces)

    def order(self, order: Order, fds: tuple[int, ...] = ()) -> None:
        """Give an order. One that cannot be given any more is not: whoever waits is told of the loss."""
        with suppress(ConnectionError):
            socket.send_fds(self._control, [encode(order)], fds)

    async def close(self) -> None:
        """End the server and all its children, and leave nothing of it behind."""
        self._hang_up()
        await asyncio.to_thread(self._wait)
        # It removes its directory itself, unless it was killed.
        if self._base.exists():
            remove(self._base)
        os.close(self._lock)

    async def give_up(self) -> None:
        """End a server that is not ready yet. It has no children, so it need not be given time."""
        self._process.kill()
        await self.close()

    def _wait(self) -> None:
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self) -> None:
        try:
            packet = self._control.recv(LARGEST_PACKET)
        except ConnectionError:
            packet = b""
        if not packet:
            self._hang_up()
            if not self._ready.done():
                self._ready.set_result(Refused("the fork server ended while it started"))
            return self._on_loss()
        report = report_of(packet)
        if isinstance(report, Ended):
            return self._on_end(report)
        if not self._ready.done():
            self._ready.set_result(report)
        return None

    def _hang_up(self) -> None:
        if self.alive:
            self.alive = False
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()


async def start(
    program: str | None,
    limits: Limits,
    places: int,
    passed_on: dict[str, str],
    on_end: Callable[[Ended], None],
    on_loss: Callable[[], None],
) -> ForkServerProcess:
    """A fork server whose children run `program`, ready to fork. Raises `SandboxUnavailable`."""
    if not sys.platform.startswith("linux"):
        raise SandboxUnavailable(f"isolated processes need Linux; this is {sys.platform}")
    await asyncio.to_thread(sweep_abandoned)
    base, lock = new_base()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with theirs:
        try:
            process = _launched(theirs.fileno(), lock, passed_on)
        except OSError as error:
            ours.close()
            os.close(lock)
            remove(base)
            raise SandboxUnavailable(f"the fork server cannot be started: {error}") from error
    server = ForkServerProcess(process, ours, base, lock, on_end, on_loss)
    try:
        await server.prepare(Setup(program, str(base), limits, places, (str(PACKAGE),)))
    except BaseException:
        await server.give_up()
        raise
    return server


def _launched(control: int, lock: int, passed_on: dict[str, str]) -> subprocess.Popen[bytes]:
    # Not by asyncio, whose waiting for a process does not always survive being cancelled.
    return subprocess.Popen(
        (sys.executable, "-P", "-s", "-m", WORKER, str(control), str(lock)),
        pass_fds=(control, lock),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=_environment(passed_on),
        start_new_session=True,
    )


def _environment(passed_on: dict[str, str]) -> dict[str, str]:
    """All that an isolated process has of an environment."""
    installed = {"site-packages", "dist-packages"} & set(PACKAGE.parts)
    found = [passed_on.get("PYTHONPATH", ""), *([] if installed else [str(PACKAGE.parent)])]
    return {
        **passed_on,
        "PYTHONPATH": os.pathsep.join(filter(None, found)),
        # The same order of sets in every run, no threads before a fork, no files beside the code.
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
