"""The fork server: a single-threaded process that forks a confined child for each task and buries it."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeAlias

from atlas.core.protection import Protection
from atlas.runtime.sandbox.accounting import Account
from atlas.runtime.sandbox.calls import unmount
from atlas.runtime.sandbox.channel import Channel
from atlas.runtime.sandbox.confinement import CHANNEL, Cell, confine, package_folders, readable_trees
from atlas.runtime.sandbox.namespaces import mount_disk, own_pids
from atlas.runtime.sandbox.orders import LARGEST_PACKET, Ended, Kill, Report, Setup, Start, encode, order_of
from atlas.runtime.sandbox.sweep import remove

Program: TypeAlias = Callable[[Channel], None]
WATCH_MS = 100
"""How often the accounts of running children are looked at."""
UNCONFINED = 70
"""The exit code of a child that could not confine itself; it has run nothing then."""


@dataclass(slots=True)
class _Child:
    task: int
    pid: int
    private: Path
    account: Account
    overrun: str | None = None


class ForkServer:
    """Serves orders until whoever gives them is gone; then nothing of it is left."""

    def __init__(self, control: socket.socket, setup: Setup, program: Program, protection: Protection) -> None:
        self._control, self._setup = control, setup
        self._program, self._protection = program, protection
        self._readable, self._listed = readable_trees(setup.hidden), package_folders()
        self._children: dict[int, _Child] = {}
        # The children hold the other end, which hangs up when this process is gone.
        self._life, self._alive = os.pipe()

    def serve(self) -> None:
        """Fork, watch and bury until the orders end."""
        gc.collect()
        # What is frozen is not touched by the collector, so that children go on sharing its pages.
        gc.freeze()
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        try:
            while self._control_is_open(poll):
                self._watch()
        finally:
            for child in self._children.values():
                _kill(child)
            for pidfd in list(self._children):
                self._bury(pidfd)

    def _control_is_open(self, poll: select.poll) -> bool:
        for fd, _ in poll.poll(WATCH_MS if self._children else None):
            if fd != self._control.fileno():
                poll.unregister(fd)
                self._report(self._bury(fd))
                continue
            packet, fds, _, _ = socket.recv_fds(self._control, LARGEST_PACKET, 2)
            if not packet:
                return False
            order = order_of(packet)
            if isinstance(order, Start):
                poll.register(self._fork(order, *fds), select.POLLIN)
            elif isinstance(order, Kill):
                for child in self._children.values():
                    if child.task == order.task:
                        _kill(child)
        return True

    def _fork(self, order: Start, channel: int, printed: int) -> int:
        private = Path(self._setup.base) / f"task-{order.task}"
        private.mkdir(mode=0o700)
        limits = self._setup.limits
        with ExitStack() as stack:
            if self._protection.namespaces:
                mount_disk(private, limits.written)
                stack.enter_context(own_pids())
            pid = os.fork()
            if pid == 0:
                workspace = Path(order.workspace).resolve() if order.workspace else None
                readable, listed = self._readable, self._listed
                os.close(self._alive)
                _live(
                    Cell(private, workspace, channel, printed, self._life, limits, readable, listed),
                    self._protection,
                    self._program,
                )
        os.close(channel)
        os.close(printed)
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = _Child(order.task, pid, private, Account(pidfd))
        return pidfd

    def _watch(self) -> None:
        for child in self._children.values():
            child.overrun = child.overrun or child.account.overrun(self._setup.limits)
            if child.overrun:
                _kill(child)

    def _bury(self, pidfd: int) -> Ended:
        """Wait for a child that was killed or has ended, and remove all that it made."""
        child = self._children.pop(pidfd)
        # Without a filter of system calls it may have left others behind in its group.
        _kill(child)
        _, status = os.waitpid(child.pid, 0)
        os.close(pidfd)
        if self._protection.namespaces:
            unmount(str(child.private))
        remove(child.private)
        return Ended(child.task, os.waitstatus_to_exitcode(status), child.overrun)

    def _report(self, report: Report) -> None:
        # Whoever gave the orders may be gone, which the next poll tells.
        with suppress(ConnectionError):
            self._control.send(encode(report))


def _kill(child: _Child) -> None:
    # It is not waited for yet, so its id is still its own, and its group has the same one.
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGKILL)


def _live(cell: Cell, protection: Protection, program: Program) -> NoReturn:
    """The whole life of a child. It never returns into the server's code."""
    code = UNCONFINED
    try:
        confine(cell, protection)
        code = 1
        program(Channel(CHANNEL))
        code = 0
    except EOFError:
        code = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)
