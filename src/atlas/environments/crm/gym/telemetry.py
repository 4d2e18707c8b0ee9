"""The telemetry file: a line of JSON for each finished episode."""

from __future__ import annotations

from pathlib import Path

from atlas.core.json import JsonObject, dumps
from atlas.errors import StorageError


class EpisodeLog:
    """Appends to a file, each line with one write, so that several processes may share it."""

    def __init__(self, path: Path) -> None:
        """Makes the file and its folders. Raises `StorageError`."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._error(error) from error
        self._append(b"")

    def write(self, record: JsonObject) -> None:
        """Append a record. When this returns, the system has the whole line. Raises `StorageError`."""
        self._append(f"{dumps(record)}\n".encode())

    def _append(self, line: bytes) -> None:
        try:
            with self._path.open("ab", buffering=0) as file:
                if file.write(line) != len(line):
                    raise StorageError(f"{self._path}: the last line was cut off; is the disk full?")
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> StorageError:
        return StorageError(f"{self._path}: the telemetry cannot be written: {error.strerror}")
