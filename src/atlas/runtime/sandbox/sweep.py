"""Sweeping: directories of isolated processes are removed, whatever hostile code made of them."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

PREFIX = "atlas-sandbox-"
LOCK = "lock"
GRACE_S = 60.0
"""A directory younger than this may not have been locked yet by who made it."""


def new_base() -> tuple[Path, int]:
    """A new directory for private directories, and a lock on it that holds while a descriptor is open."""
    base = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(base / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return base, lock


def sweep_abandoned(folder: Path | None = None, *, older_than_s: float = GRACE_S) -> list[Path]:
    """Remove the directories whose processes are all gone, as after a power cut, and say which."""
    swept = []
    for base in sorted((folder or Path(tempfile.gettempdir())).glob(f"{PREFIX}*")):
        # Those of other users, and links that somebody planted, are not ours to touch.
        with suppress(OSError):
            seen = base.lstat()
            ours = seen.st_uid == os.geteuid() and not base.is_symlink() and base.is_dir()
            if ours and time.time() - seen.st_mtime >= older_than_s and _is_abandoned(base):
                remove(base)
                swept.append(base)
    return swept


def remove(tree: Path) -> None:
    """Remove a directory and all in it. Links are removed, never followed; no depth or mode is too much.

    Nobody may change it meanwhile.
    """
    token = os.urandom(8).hex()
    fresh = (f"{token}-{number}" for number in count())
    waiting = [tree]
    while waiting:
        folder = waiting[-1]
        os.chmod(folder, 0o700)
        below = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    below.append(entry.name)
                else:
                    os.unlink(entry.path)
        for name in below:
            # Every directory moves up below `tree`, so that no path ever becomes too long for the kernel.
            os.chmod(folder / name, 0o700)
            moved = tree / next(fresh) if folder != tree else folder / name
            if folder != tree:
                (folder / name).rename(moved)
            waiting.append(moved)
        if not below:
            waiting.pop()
            with suppress(FileNotFoundError):
                folder.rmdir()


def _is_abandoned(base: Path) -> bool:
    try:
        lock = os.open(base / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
