"""An embedded server: PostgreSQL that starts with its first user and stops after its last.

Any number of processes may use the same home at once; together they have one server. Nothing is installed, no other
user can log in, and no process is left behind.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from atlas.core.json import from_json, loads_object
from atlas.errors import StorageError
from atlas.storage import cluster, control
from atlas.storage.control import Ask, Order, ServerAddress, ServerStatus, Started
from atlas.storage.home import ServerHome, locked

__all__ = ["EmbeddedServer", "ServerAddress", "ServerStatus"]

LINGER_S = 5.0
STOP_POLL_S = 0.5
# A first start on a slow disk, or the recovery after a crash.
START_TIMEOUT_S = cluster.START_TIMEOUT_S + cluster.STOP_TIMEOUT_S + 60


class EmbeddedServer:
    """The server of `home`, with databases `atlas` and `crm_sandbox`.

    As a context manager it attaches and detaches; the server stops `linger_s` seconds after its last client.
    `pg_bin` names the folder of the binaries; `options` are server settings. They matter only to who starts it.
    """

    def __init__(
        self,
        home: Path,
        pg_bin: Path | None = None,
        *,
        options: Mapping[str, str] | None = None,
        linger_s: float = LINGER_S,
    ) -> None:
        self._home = ServerHome(home.absolute())
        self._order = Order(str(self._home.root), str(pg_bin) if pg_bin else None, dict(options or {}), linger_s)
        self._link: socket.socket | None = None
        self._status: ServerStatus | None = None

    def __enter__(self) -> ServerAddress:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    def start(self, stay: bool = False) -> ServerAddress:
        """Attach to the server, starting it if need be. With `stay` it is not attached but kept until `stop()`.

        Blocks: some milliseconds when it runs, one or two seconds the first time. Raises `StorageError`.
        """
        if self._link is None or stay:
            try:
                link, self._status = self._reach("stay" if stay else "attach")
            except OSError as error:
                raise StorageError(f"cannot start the database in {self._home.folder}: {error.strerror}") from error
            if stay:
                link.close()
            else:
                self._link = link
        return _address(self._status)

    def detach(self) -> None:
        """Stop needing the server. Harmless when not attached."""
        if self._link:
            self._link.close()
        self._link = None

    def status(self) -> ServerStatus:
        """What runs now; asking neither starts nor keeps it."""
        status = self._ask_running("status")
        return status or ServerStatus(running=False, data=str(self._home.folder))

    def stop(self) -> None:
        """Stop the server now, whoever is attached, and return when it has ended. Harmless when it does not run."""
        self.detach()
        deadline = time.monotonic() + cluster.STOP_TIMEOUT_S
        while self._home.folder.exists():
            # One that is just starting does not listen yet, and one that is just stopping no longer does.
            self._ask_running("stop")
            try:
                with locked(self._home.owner_lock, STOP_POLL_S):
                    return
            except StorageError:
                if time.monotonic() > deadline:
                    raise

    def _ask_running(self, what: Ask) -> ServerStatus | None:
        link = control.connect(self._home.socket)
        if link is None:
            return None
        with link:
            return control.ask(link, what)

    def _reach(self, what: Ask) -> tuple[socket.socket, ServerStatus]:
        self._home.create()
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if reached := self._try(what):
                return reached
            with locked(self._home.start_lock, START_TIMEOUT_S):
                # Somebody else may have started it while we waited for the lock.
                if reached := self._try(what):
                    return reached
                self._launch()
        raise StorageError(f"the database supervisor does not answer; see {self._home.supervisor_log}")

    def _try(self, what: Ask) -> tuple[socket.socket, ServerStatus] | None:
        link = control.connect(self._home.socket)
        if link is None:
            return None
        if status := control.ask(link, what):
            return link, status
        link.close()
        return None

    def _launch(self) -> None:
        """Start a supervisor and wait until its server takes connections."""
        log = self._home.supervisor_log
        with log.open("wb") as errors:
            with subprocess.Popen(
                [sys.executable, "-m", "atlas.storage.supervisor", control.encode(self._order).decode().strip()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=_environment(),
                cwd=self._home.folder,
                start_new_session=True,
            ) as process:
                line = process.stdout.readline() if process.stdout else b""
        if not line:
            tail = " | ".join(log.read_text(errors="replace").splitlines()[-cluster.LOG_TAIL_LINES :])
            raise StorageError(f"the database supervisor ended without a word; the end of {log} says: {tail}")
        if error := from_json(Started, loads_object(line)).error:
            raise StorageError(error)


def _address(status: ServerStatus | None) -> ServerAddress:
    if status is None or status.address is None:
        raise StorageError("the database supervisor gave no address; stop it and start again")
    return status.address


def _environment() -> dict[str, str]:
    """The supervisor sees the same modules as we do, and none of our secrets."""
    return {**cluster.child_environment(), "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
