"""A server home: the folder that holds one embedded server, its locks and its control socket."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from atlas.errors import StorageError

# sun_path is 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_SOCKET_PATH = 103
LOCK_POLL_S = 0.01


@dataclass(frozen=True, slots=True)
class ServerHome:
    """Paths below `root`. Everything under `folder` is private to the user (mode 0700)."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "postgres"

    @property
    def start_lock(self) -> Path:
        """Held by a client while it brings a supervisor up, so that only one is started."""
        return self.folder / "start.lock"

    @property
    def owner_lock(self) -> Path:
        """Held by the supervisor for as long as it lives."""
        return self.folder / "owner.lock"

    @property
    def supervisor_log(self) -> Path:
        return self.folder / "supervisor.log"

    @property
    def socket(self) -> Path:
        """The control socket; beside the data if the path is short enough, else in a private temporary folder."""
        path = self.folder / "control.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"atlas-{os.getuid()}-{digest}" / "control.sock"

    def create(self) -> None:
        """Make the folders. Raises `StorageError` when that cannot be done, or a folder is not ours alone."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.socket.parent.mkdir(exist_ok=True, mode=0o700)
            self._check_private(self.socket.parent)
        except OSError as error:
            raise StorageError(f"cannot make the database folder {self.folder}: {error.strerror}") from error

    def majors(self) -> tuple[int, ...]:
        """Major versions of PostgreSQL that have data here, newest first."""
        found = (path.parent.name for path in self.folder.glob("*/data"))
        return tuple(sorted((int(name) for name in found if name.isdigit()), reverse=True))

    def _check_private(self, folder: Path) -> None:
        status = folder.stat()
        # Root may use another user's home, but nobody's folder under /tmp.
        trusted = os.getuid() == 0 and folder == self.folder
        if status.st_uid != os.getuid() and not trusted:
            raise StorageError(f"{folder} belongs to another user; remove it or choose another home")
        if status.st_mode & 0o077:
            folder.chmod(0o700)


@contextmanager
def locked(path: Path, timeout_s: float) -> Iterator[None]:
    """Hold an exclusive lock on `path`; it goes with the process. Raises `StorageError` after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _try_lock(descriptor):
            if time.monotonic() > deadline:
                raise StorageError(
                    f"another process has held {path} for more than {timeout_s:g} s; stop it and try again"
                )
            time.sleep(LOCK_POLL_S)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
