"""Artifacts: files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import orjson

from atlas.core.json import dumps, to_json
from atlas.errors import StorageError


class Replacement:
    """A new version of a file, written beside it and put in its place when the block ends without an exception.

    Folders are made as needed. Errors of the file system (a full disk above all) are `StorageError`s that name the
    file; what stood there before is then unchanged and nothing else is left behind.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._beside.open("wb")
        except (FileExistsError, NotADirectoryError) as error:
            raise StorageError(
                f"{self._path} cannot be written: it would lie in a file, not in a folder"
            ) from error
        except OSError as error:
            raise self._error(error) from error
        return self

    def write(self, data: bytes) -> None:
        """Append to the new version."""
        assert self._file is not None, "a replacement is written inside its block"
        try:
            self._file.write(data)
        except OSError as error:
            raise self._error(error) from error

    def write_line(self, value: object) -> None:
        """Append a value as one line of JSON with sorted keys."""
        self.write(f"{dumps(value)}\n".encode())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._put_in_place()
        except OSError as failure:
            raise self._error(failure) from failure
        finally:
            self._clear()

    def _put_in_place(self) -> None:
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._beside, self._path)

    def _clear(self) -> None:
        """Close without writing what is still buffered, which would fail again, and remove what was not placed."""
        if self._file is not None:
            # The reason is already on its way to the caller.
            with contextlib.suppress(OSError):
                self._file.close()
        self._beside.unlink(missing_ok=True)

    def _error(self, error: OSError) -> StorageError:
        return StorageError(f"{self._path} cannot be written: {error.strerror}; what was there before is unchanged")


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole. Raises `StorageError`."""
    with Replacement(path) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file whole. Raises `StorageError`."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: object) -> None:
    """Write an indented JSON file whole, keys in the order given. Raises `StorageError`."""
    write_bytes(path, orjson.dumps(to_json(value), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def write_jsonl(path: Path, rows: Iterable[object]) -> int:
    """Write one line a row as the rows come, and say how many. Raises `StorageError`, or what `rows` raises."""
    count = 0
    with Replacement(path) as file:
        for row in rows:
            file.write_line(row)
            count += 1
    return count
