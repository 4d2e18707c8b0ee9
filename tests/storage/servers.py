"""Embedded servers for tests: settings for data nobody keeps, and whether a process has ended."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from atlas.storage.embedded import EmbeddedServer, ServerAddress

# Nothing here is worth a sync to disk: the data goes with the run.
SCRATCH_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
LINGER_S = 0.2


@dataclass(frozen=True, slots=True)
class UsedHome:
    """A home whose data directory is made, and what those got who all made it at once."""

    path: Path
    addresses: frozenset[ServerAddress]


def quick(home: Path, *, linger_s: float = LINGER_S) -> EmbeddedServer:
    """A server that does not sync and hardly lingers."""
    return EmbeddedServer(home, options=SCRATCH_OPTIONS, linger_s=linger_s)


def gone(pid: int) -> bool:
    """Whether process `pid` ends within some seconds; one that nobody has collected yet has ended, too."""
    return eventually(lambda: not _lives(pid))


def eventually(condition: Callable[[], bool], within_s: float = 10.0) -> bool:
    """Whether `condition` comes true in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def parent(pid: int) -> int:
    """The process that started `pid`."""
    status = Path(f"/proc/{pid}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
