"""A file of rows: JSON lines, each on the disk before the next; made with the first of them."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from atlas.core.json import JsonValue, dumps
from atlas.errors import StorageError


class RowFile:
    """Rows appended to a file. Without a row there is no file. Raises `StorageError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def append(self, row: JsonValue) -> None:
        """Write one row."""
        try:
            if self._file is None:
                self._file = self._open()
            self._file.write(f"{dumps(row)}\n".encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def _open(self) -> BinaryIO:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self._path.open("ab")
