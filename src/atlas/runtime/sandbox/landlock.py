"""A Landlock fence: the files that a process may still open, for good.

Rights and structures: linux/landlock.h. The system calls have the same numbers on every architecture.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from atlas.runtime.sandbox.calls import checked, system_call
from atlas.runtime.sandbox.kernel import LANDLOCK_CREATE_RULESET

_ADD_RULE, _RESTRICT_SELF = 445, 446
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM = (1 << bit for bit in (6, 9, 10, 11, 12))
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READ = _READ_FILE | _READ_DIR
_NEVER = _EXECUTE | _MAKE_CHAR | _MAKE_SOCK | _MAKE_FIFO | _MAKE_BLOCK | _MAKE_SYM | _IOCTL_DEV
"""What is refused even in trees that are open for writing."""
_NET, _SCOPED = 0b11, 0b11
"""Bind and connect over TCP; abstract Unix sockets and signals beyond the fence."""


@dataclass(frozen=True, slots=True)
class Fence:
    """What stays open: `read` trees for reading, `listed` ones for their names only, `write` for all.

    Nothing under `write` can become a device, a pipe, a socket or a symbolic link.
    """

    read: tuple[str, ...]
    listed: tuple[str, ...]
    write: tuple[str, ...]
    devices: tuple[str, ...] = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


class Ruleset:
    """A fence that is ready and does not hold yet. Raises `OSError`."""

    def __init__(self, fence: Fence, version: int) -> None:
        self._handled = _handled(version)
        attributes = struct.pack("QQQ", self._handled, _NET if version >= 4 else 0, _SCOPED if version >= 6 else 0)
        size = 24 if version >= 6 else 16 if version >= 4 else 8
        made = system_call(LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint(0))
        self._fd = checked(made, "landlock_create_ruleset")
        for paths, rights in (
            (fence.read, _READ),
            (fence.listed, _READ_DIR),
            (fence.devices, _READ_FILE | _WRITE_FILE),
        ):
            for path in paths:
                _allow(self._fd, path, rights & self._handled)
        for path in fence.write:
            self.open(path)

    def open(self, tree: str) -> None:
        """Leave one more tree open for all."""
        _allow(self._fd, tree, self._handled & ~_NEVER)

    def restrict(self) -> None:
        """Fence this process in, for good. It must have given up privileges before."""
        checked(system_call(_RESTRICT_SELF, ctypes.c_int(self._fd), ctypes.c_uint(0)), "landlock_restrict_self")
        os.close(self._fd)


def without(tree: str, hidden: Iterable[str]) -> Iterator[str]:
    """The paths that together are `tree` but for what lies under `hidden`. The tree's links are not followed."""
    inside = [path for path in hidden if path == tree or path.startswith(tree.rstrip("/") + "/")]
    if not inside:
        yield tree
    elif tree not in inside:
        with os.scandir(tree) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if not entry.is_symlink():
                    yield from without(entry.path, inside)


def _handled(version: int) -> int:
    bits = 13 + (version >= 2) + (version >= 3)
    return (1 << bits) - 1 | (_IOCTL_DEV if version >= 5 else 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        # Rights that only make sense on a directory are refused on a file.
        allowed = rights if stat.S_ISDIR(os.fstat(fd).st_mode) else rights & _ON_FILES
        rule = struct.pack("=Qi", allowed, fd)
        added = system_call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint(0))
        checked(added, f"landlock_add_rule {path}")
    finally:
        os.close(fd)
