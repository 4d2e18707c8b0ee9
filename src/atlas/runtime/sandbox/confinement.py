"""Confinement: what a fresh child does to itself before it runs code that is not trusted."""

from __future__ import annotations

import fcntl
import os
import platform
import resource
import select
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atlas.core.protection import Protection
from atlas.runtime.sandbox import seccomp
from atlas.runtime.sandbox.calls import drop_capabilities, end_with_parent, forgo_privileges
from atlas.runtime.sandbox.landlock import Fence, Ruleset, without
from atlas.runtime.sandbox.namespaces import leave_users
from atlas.runtime.sandbox.orders import Limits

CHANNEL = 3
"""The descriptor of the channel in every child. 0 is empty, 1 and 2 are its output; there are no others."""
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
_SINGLE = ("/etc/ld.so.cache", "/etc/localtime")
_DESCRIPTORS = 128
_ANY_DESCRIPTOR = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """What a child is given with its task: the directory it works in, and its descriptors."""

    workspace: Path | None
    channel: int
    printed: int


def settle(life: int, limits: Limits, protection: Protection) -> None:
    """Do what needs no task: a session of one's own, limits, no rights. Raises `OSError`.

    `life` is the end of a pipe that hangs up when the fork server is gone; a child of a dead one ends here.
    """
    os.setsid()
    end_with_parent()
    _end_if_orphaned(life)
    _limit(limits)
    if "user" in protection.namespaces:
        leave_users()
    if platform.machine() in seccomp.MACHINES:
        drop_capabilities(platform.machine())
    forgo_privileges()


class Cell:
    """The fences around one child, made before there is a task, so that it only has to step in. Raises `OSError`.

    It will have a `private` directory, may read the `readable` trees, and see the names in those that are `listed`.
    """

    def __init__(
        self, private: Path, readable: tuple[str, ...], listed: tuple[str, ...], protection: Protection
    ) -> None:
        self._private = private
        fence = Fence(readable, listed, (str(private),))
        self._ruleset = Ruleset(fence, protection.landlock) if protection.landlock else None
        self._filter = seccomp.Filter(os.getpid()) if protection.seccomp else None

    def enter(self, place: Place) -> None:
        """Give up, for good, all but what the cell and `place` name. Raises `OSError`."""
        if self._ruleset is not None:
            if place.workspace is not None:
                self._ruleset.open(str(place.workspace))
            self._ruleset.restrict()
        _keep_descriptors(place)
        _move_in(self._private, place.workspace)
        if self._filter is not None:
            self._filter.restrict()


def readable_trees(hidden: tuple[str, ...]) -> tuple[str, ...]:
    """The system's libraries, the interpreter's and the installed packages, but for what lies under `hidden`."""
    return tuple(path for tree in _trees() for path in without(tree, hidden))


def package_folders() -> tuple[str, ...]:
    """Where imports are looked for: their names may be listed even where a package in them is hidden."""
    return tuple(tree for tree in _trees() if "python" in tree)


def _trees() -> Iterator[str]:
    own = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    shared = sysconfig.get_config_var("DESTSHARED")
    found = {os.path.realpath(path) for path in (*_SYSTEM, *_SINGLE, *own, shared) if path and os.path.exists(path)}
    base = os.path.realpath(Path(sys.base_prefix) / "lib")
    # A rule covers what is below, so what lies in another tree needs none.
    trees = sorted({*found, base} if os.path.isdir(base) else found)
    yield from (tree for tree in trees if not any(tree.startswith(f"{other}/") for other in trees))


def _end_if_orphaned(life: int) -> None:
    poll = select.poll()
    poll.register(life, select.POLLHUP)
    if poll.poll(0):
        os._exit(0)


def _keep_descriptors(place: Place) -> None:
    empty = os.open(os.devnull, os.O_RDONLY)
    # First out of the way of each other, then into their places.
    apart = [fcntl.fcntl(fd, fcntl.F_DUPFD, CHANNEL + 1) for fd in (empty, place.printed, place.channel)]
    for numbers, fd in zip(((0,), (1, 2), (CHANNEL,)), apart, strict=True):
        for number in numbers:
            os.dup2(fd, number, inheritable=False)
    os.closerange(CHANNEL + 1, _ANY_DESCRIPTOR)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, _DESCRIPTORS))


def _move_in(private: Path, workspace: Path | None) -> None:
    os.environ.update(HOME=str(private), TMPDIR=str(private))
    tempfile.tempdir = None
    os.umask(0o077)
    os.chdir(workspace or private)


def _limit(limits: Limits) -> None:
    address_space = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for kind, value in (
        (resource.RLIMIT_AS, address_space + limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))
