"""An identity: the user that postgres runs as, since it refuses to run as root.

Three ways. `caller`: an ordinary user runs it as themselves. `userns`: the child maps itself to another uid in a
user namespace; the kernel goes on treating its files as the caller's, so nothing changes hands. `setuid`: where
namespaces are refused (a default container), root becomes an ordinary user who owns the data, and keeps one
capability to reach it, because both the data and the binaries may lie in a folder only root can enter.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Way: TypeAlias = Literal["caller", "userns", "setuid"]

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
OVERFLOW_ID = 65534
LINUX = sys.platform == "linux"

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the children of the supervisor are; `uid` and `gid` own the data on disk."""

    way: Way
    uid: int
    gid: int

    def child_setup(self) -> Callable[[], None]:
        """What a child does between fork and exec. Start it from the main thread: see `_die_with_parent`."""
        enter = {"caller": _stay, "userns": _map_user, "setuid": self._become}[self.way]

        def setup() -> None:
            enter()
            _die_with_parent()

        return setup

    def own(self, *folders: Path) -> None:
        """Give whole folders to this identity; only root ever has to."""
        if self.way == "caller":
            return
        for folder in folders:
            if folder.stat().st_uid == self.uid:
                continue
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, self.uid, self.gid)

    def _become(self) -> None:
        _prctl(PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setgid(self.gid)
        os.setuid(self.uid)
        _keep_reaching_files()


def choose(data: Path, probe: str) -> Identity:
    """The identity for the data folder `data`, which need not exist; `probe` is a program to try it with."""
    uid, gid = os.geteuid(), os.getegid()
    owner = data.stat() if data.exists() else None
    if uid == 0 and owner and owner.st_uid != 0:
        return Identity("setuid", owner.st_uid, owner.st_gid)
    caller = Identity("caller", uid, gid)
    # initdb also refuses a uid that has no name (a container started with a bare number).
    if uid != 0 and _known(uid):
        return caller
    mapped = Identity("userns", uid, gid)
    if LINUX and _works(mapped, probe):
        return mapped
    return _ordinary_user() if uid == 0 else caller


def _works(identity: Identity, probe: str) -> bool:
    try:
        done = subprocess.run(
            [probe, "--version"], preexec_fn=identity.child_setup(), capture_output=True, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _ordinary_user() -> Identity:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Identity("setuid", entry.pw_uid, entry.pw_gid)
    return Identity("setuid", OVERFLOW_ID, OVERFLOW_ID)


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _stay() -> None:
    pass


def _map_user() -> None:
    uid, gid = os.geteuid(), os.getegid()
    target = _ordinary_user()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{target.uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{target.gid} {gid} 1")


def _keep_reaching_files() -> None:
    # Best effort: where the capability is not ours to keep, the folders must be open to the user instead.
    mask = 1 << CAP_DAC_OVERRIDE
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    sets = struct.pack("IIIIII", mask, mask, mask, 0, 0, 0)
    if LINUX and _libc.capset(header, sets) == 0:
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE)


def _die_with_parent() -> None:
    # A supervisor killed with SIGKILL cannot stop its server; the kernel then asks the server to stop. The signal
    # is tied to the thread that forked, hence the main thread. It must come last: a change of user clears it.
    _prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _prctl(option: int, *arguments: int) -> None:
    if LINUX:
        padded = (*arguments, 0, 0, 0, 0)[:4]
        _libc.prctl(ctypes.c_int(option), *(ctypes.c_ulong(argument) for argument in padded))
