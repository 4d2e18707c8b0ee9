"""The worker: entry point of the fork server. `python -P -s -m atlas.runtime.sandbox.worker CONTROL LOCK`.

Orders come and reports go over the socket with the number CONTROL; LOCK is held to say that a directory is in use.
"""

from __future__ import annotations

import os
import platform
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from atlas.core.protection import Protection
from atlas.runtime.sandbox import namespaces, seccomp
from atlas.runtime.sandbox.calls import unmount
from atlas.runtime.sandbox.channel import Channel
from atlas.runtime.sandbox.kernel import has_seccomp, landlock_version
from atlas.runtime.sandbox.orders import LARGEST_PACKET, Ready, Refused, Setup, encode, order_of
from atlas.runtime.sandbox.server import ForkServer, Program
from atlas.runtime.sandbox.sweep import remove


def main() -> None:
    """Serve until the orders end, and leave no directory behind. They may have ended before the first."""
    control, lock = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    packet = control.recv(LARGEST_PACKET)
    if not packet:
        # Whoever made the directory was killed before it could say where it is; the lock lies in it.
        remove(Path(f"/proc/self/fd/{lock}").readlink().parent)
        return
    setup = order_of(packet)
    assert isinstance(setup, Setup), "the first order is the setup"
    base = Path(setup.base)
    protection = protect(base, setup.places * setup.limits.written)
    try:
        with suppress(ConnectionError):
            _serve(control, setup, protection)
    finally:
        if protection.namespaces:
            unmount(str(base))
        remove(base)


def _serve(control: socket.socket, setup: Setup, protection: Protection) -> None:
    try:
        program = _program(setup.program)
    except ImportError as error:
        control.send(encode(Refused(f"{error}; code agents need the extra code: pip install 'atlas[code]'")))
        return
    server = ForkServer(control, setup, program, protection)
    if (threads := len(os.listdir("/proc/self/task"))) > 1:
        control.send(encode(Refused(f"a process with {threads} threads cannot be forked safely")))
        return
    control.send(encode(Ready(protection.landlock, protection.seccomp, protection.namespaces)))
    server.serve()


def protect(base: Path, disk: int) -> Protection:
    """Enter the namespaces where they can be had, and say what will protect a child.

    There `base` becomes a file system in memory, of `disk` bytes, which goes when the last process does.
    """
    names = namespaces.NAMES if namespaces.available(base) else ()
    if names:
        namespaces.enter()
        namespaces.mount_disk(base, disk)
    filtered = has_seccomp() and platform.machine() in seccomp.MACHINES
    return Protection(landlock_version(), filtered, names)


def _program(name: str | None) -> Program:
    if name is None:
        return _Nothing()
    module, _, attribute = name.partition(":")
    found: Program = getattr(import_module(module), attribute)
    return found


class _Nothing:
    """The program of a server that is only asked what protects its children."""

    def prepare(self) -> None: ...

    def run(self, channel: Channel) -> None: ...


if __name__ == "__main__":
    main()
