"""The event log: a JSONL file that grows by one line an event and is on disk before the next."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from atlas.core.events import Event
from atlas.core.json import dumps
from atlas.errors import StorageError
from atlas.telemetry.redaction import Redactor

_BLOCK = 65_536


class EventLog:
    """Appends events as JSON lines with `created_at`; a line is whole or not there.

    `now` gives ISO-8601 UTC. A line that a killed run left half-written is cut off when the log is opened again.
    Errors of the file system are `StorageError`s that name the file.
    """

    def __init__(self, path: Path, redact: Redactor, now: Callable[[], str]) -> None:
        self._path, self._redact, self._now = path, redact, now
        self._file: int | None = None

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            os.ftruncate(self._file, _whole_lines(self._file))
        except OSError as error:
            raise self._error(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    async def record(self, event: Event) -> None:
        """Append one event."""
        if self._file is None:
            raise StorageError(f"{self._path}: the event log is not open")
        line = {
            "created_at": self._now(),
            "session_id": event.session_id,
            "event_type": event.event_type,
            "actor": event.actor,
            "payload": self._redact(event.payload),
        }
        self._append(self._file, f"{dumps(line)}\n".encode())

    def _append(self, file: int, line: bytes) -> None:
        size = os.fstat(file).st_size
        try:
            while line:
                line = line[os.write(file, line) :]
        except OSError as error:
            os.ftruncate(file, size)
            raise self._error(error) from error

    def _error(self, error: OSError) -> StorageError:
        return StorageError(f"{self._path}: the event log cannot be written: {error.strerror}")


def _whole_lines(file: int) -> int:
    """The size of the file up to its last line end."""
    end = os.fstat(file).st_size
    while end:
        start = max(0, end - _BLOCK)
        line_end = os.pread(file, end - start, start).rfind(b"\n")
        if line_end >= 0:
            return start + line_end + 1
        end = start
    return 0
