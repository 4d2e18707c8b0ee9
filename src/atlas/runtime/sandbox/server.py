"""The fork server: a single-threaded process that forks a confined child for each task and buries it."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import traceback
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from atlas.core.protection import Protection
from atlas.runtime.sandbox.accounting import Account
from atlas.runtime.sandbox.channel import Channel
from atlas.runtime.sandbox.confinement import CHANNEL, Cell, Place, package_folders, readable_trees, settle
from atlas.runtime.sandbox.namespaces import own_pids
from atlas.runtime.sandbox.orders import LARGEST_PACKET, Ended, Kill, Report, Setup, Start, encode, order_of
from atlas.runtime.sandbox.pages import put_together
from atlas.runtime.sandbox.sweep import remove

WATCH_MS = 100
"""How often the accounts of running children are looked at."""
UNCONFINED = 70
"""The exit code of a child that could not confine itself; it has run nothing then."""


class Program(Protocol):
    """What every child runs."""

    def prepare(self) -> None:
        """What need not wait for a task, done by a child that waits for one. Nothing that is not trusted."""

    def run(self, channel: Channel) -> None:
        """The task. `EOFError` ends it as a return does."""


@dataclass(slots=True)
class _Child:
    """A child, and our end of the line over which it is given its task."""

    pid: int
    pidfd: int
    private: Path
    line: socket.socket
    account: Account
    task: int | None = None
    overrun: str | None = None


class ForkServer:
    """Serves orders until whoever gives them is gone; then nothing of it is left."""

    def __init__(self, control: socket.socket, setup: Setup, program: Program, protection: Protection) -> None:
        self._control, self._setup = control, setup
        self._program, self._protection = program, protection
        self._readable, self._listed = readable_trees(setup.hidden), package_folders()
        self._children: dict[int, _Child] = {}
        """By their descriptors. One of them is the spare, forked in advance."""
        self._spare: _Child | None = None
        self._forked = 0
        # The children hold the other end, which hangs up when this process is gone.
        self._life, self._alive = os.pipe()
        self._poll = select.poll()

    def serve(self) -> None:
        """Fork, watch and bury until the orders end."""
        gc.collect()
        # What is frozen is not touched by the collector, so that children go on sharing its pages.
        gc.freeze()
        put_together()
        self._poll.register(self._control, select.POLLIN)
        try:
            while self._turn():
                self._watch()
                self._spare = self._spare or self._fork()
        finally:
            for child in self._children.values():
                _kill(child)
            for pidfd in list(self._children):
                remove(self._bury(pidfd).private)

    def _turn(self) -> bool:
        """Do what is due next; False when the orders have ended."""
        for fd, _ in self._poll.poll(WATCH_MS if len(self._children) > 1 else None):
            if fd != self._control.fileno():
                # Whoever waits for the end is told before its traces are removed.
                remove(self._bury(fd).private)
                continue
            packet, fds, _, _ = socket.recv_fds(self._control, LARGEST_PACKET, 2)
            if not packet:
                return False
            order = order_of(packet)
            if isinstance(order, Start):
                self._start(order, fds)
            elif isinstance(order, Kill):
                for child in self._children.values():
                    if child.task == order.task:
                        _kill(child)
        return True

    def _start(self, order: Start, fds: list[int]) -> None:
        """Give the spare child its task."""
        child = self._spare or self._fork()
        self._spare, child.task = None, order.task
        # A child that has died meanwhile is buried in the next turn, under its task.
        with suppress(ConnectionError):
            socket.send_fds(child.line, [encode(order)], fds)
        for fd in fds:
            os.close(fd)

    def _fork(self) -> _Child:
        self._forked += 1
        private = Path(self._setup.base) / f"task-{self._forked}"
        private.mkdir(mode=0o700)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, own_pids() if self._protection.namespaces else nullcontext():
            pid = os.fork()
            if pid == 0:
                os.close(self._alive)
                self._live(private, theirs)
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = child = _Child(pid, pidfd, private, ours, Account(pidfd))
        self._poll.register(pidfd, select.POLLIN)
        return child

    def _live(self, private: Path, line: socket.socket) -> NoReturn:
        """The whole life of a child. It never returns into the server's code."""
        code = UNCONFINED
        try:
            settle(self._life, self._setup.limits, self._protection)
            cell = Cell(private, self._readable, self._listed, self._protection)
            self._program.prepare()
            packet, fds, _, _ = socket.recv_fds(line, LARGEST_PACKET, 2)
            if packet:
                cell.enter(_place(packet, fds))
                code = 1
                self._program.run(Channel(CHANNEL))
            code = 0
        except EOFError:
            code = 0
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)

    def _watch(self) -> None:
        for child in self._children.values():
            child.overrun = child.overrun or child.account.overrun(self._setup.limits)
            if child.overrun:
                _kill(child)

    def _bury(self, pidfd: int) -> _Child:
        """Wait for a child that was killed or has ended, and report it. Its files are still there."""
        child = self._children.pop(pidfd)
        self._poll.unregister(pidfd)
        # Without a filter of system calls it may have left others behind in its group.
        _kill(child)
        _, status = os.waitpid(child.pid, 0)
        child.line.close()
        os.close(pidfd)
        if child is self._spare:
            self._spare = None
        if child.task is not None:
            self._report(Ended(child.task, os.waitstatus_to_exitcode(status), child.overrun))
        return child

    def _report(self, report: Report) -> None:
        # Whoever gave the orders may be gone, which the next poll tells.
        with suppress(ConnectionError):
            self._control.send(encode(report))


def _place(packet: bytes, fds: list[int]) -> Place:
    order = order_of(packet)
    assert isinstance(order, Start), "a child is given its task"
    channel, printed = fds
    return Place(Path(order.workspace).resolve() if order.workspace else None, channel, printed)


def _kill(child: _Child) -> None:
    # It is not waited for yet, so its id is still its own, and its group has the same one.
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child.pid, signal.SIGKILL)
