"""Namespaces of isolated processes: one set around the fork server, and a pid and user namespace for each child."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atlas.runtime.sandbox.calls import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    be_inspectable,
    end_with_parent,
    mount_private,
    mount_tmpfs,
    setns,
    unshare,
)

NAMES = ("user", "pid", "net", "ipc", "mnt")
FILES = 100_000
"""Files and directories that all children together may make in their private directories."""
_OWN_PID = "/proc/self/ns/pid"


def enter() -> None:
    """Go on in a copy of this process, the first one of new namespaces; the original waits for it and ends with it.

    The network of the namespace has not even a loopback device. When the copy is killed, the kernel kills all that
    it forked. Raises `OSError` where the kernel does not allow it, and then this process is spoilt.
    """
    uid, gid = os.geteuid(), os.getegid()
    unshare(CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWPID)
    if copy := os.fork():
        for fd in range(3):
            os.close(fd)
        os.closerange(3, 1024)
        _, status = os.waitpid(copy, 0)
        os._exit(max(os.waitstatus_to_exitcode(status), 0))
    end_with_parent()
    be_inspectable()
    mount_private()


def available(base: Path) -> bool:
    """Whether all of it works here, found out by a process that tries."""
    trial = os.fork()
    if trial == 0:
        try:
            enter()
            mount_disk(base, 1 << 20)
            with own_pids():
                pass
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(trial, 0)[1] == 0


@contextmanager
def own_pids() -> Iterator[None]:
    """What is forked within the block is the first process of a pid namespace of its own."""
    ours = os.open(_OWN_PID, os.O_RDONLY | os.O_CLOEXEC)
    unshare(CLONE_NEWPID)
    try:
        yield
    finally:
        setns(ours, CLONE_NEWPID)
        os.close(ours)


def mount_disk(folder: Path, size: int) -> None:
    """Make `folder` a file system of its own, in memory, of `size` bytes; only this mount namespace sees it."""
    mount_tmpfs(str(folder), size=size, files=FILES)


def leave_users() -> None:
    """Become a user of no name in a user namespace of one's own, which counts one's processes apart."""
    unshare(CLONE_NEWUSER)
    be_inspectable()
