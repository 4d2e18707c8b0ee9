"""What the kernel offers to confine a process with, found out by reading alone."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

LANDLOCK_CREATE_RULESET = 444
"""The number of the system call on every architecture (linux/landlock.h, syscall_64.tbl)."""
LANDLOCK_CREATE_RULESET_VERSION = 1
"""The flag that makes it say its version and create nothing."""
PROC = Path("/proc")


def landlock_version() -> int:
    """The version of Landlock's interface; 0 where the kernel has none, or it is switched off."""
    if not sys.platform.startswith("linux"):
        return 0
    call = ctypes.CDLL(None, use_errno=True).syscall
    version: int = call(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_CREATE_RULESET_VERSION)
    return max(version, 0)


def has_seccomp(proc: Path = PROC) -> bool:
    """Whether system calls can be filtered."""
    return "errno" in _words(proc / "sys/kernel/seccomp/actions_avail")


def _words(path: Path) -> list[str]:
    """The words of a file of the kernel's; none where it has no such file, or does not show it."""
    try:
        return path.read_text().split()
    except OSError:
        return []
