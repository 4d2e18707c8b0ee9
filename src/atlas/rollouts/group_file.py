"""A file of groups: JSON lines, one group a line, appended whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import orjson

from atlas.core.group import Group
from atlas.core.trainer_group import TrainerGroup
from atlas.errors import DatasetError, StorageError
from atlas.rollouts.group_line import GroupDetails, group_line, parse_details, parse_group, parse_trainer_group

T = TypeVar("T")


class GroupFile:
    """Groups appended to a file, for one writer at a time. A group that `append` came back for is on the disk.

    What stands in the file is kept. A half line at its end, left by a writer that was killed, was never
    acknowledged: it is cut off first, and `cut_bytes` says how much that was. Raises `StorageError`.
    """

    def __init__(self, path: Path) -> None:
        self.cut_bytes = 0
        self._path = path
        self._file: int | None = None

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            self._repair(self._file)
        except OSError as error:
            raise self._error(error) from error
        return self

    def append(self, group: Group) -> None:
        """Write one group. After an error the file ends where it ended before."""
        assert self._file is not None, "groups are appended inside the block"
        line = group_line(group)
        end = os.fstat(self._file).st_size
        try:
            self._write(self._file, line)
        except OSError as error:
            os.ftruncate(self._file, end)
            raise self._error(error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _repair(self, file: int) -> None:
        data = self._path.read_bytes()
        last = data[data.rfind(b"\n") + 1 :]
        if not last:
            return
        try:
            orjson.loads(last)
        except orjson.JSONDecodeError:
            self.cut_bytes = len(last)
            os.ftruncate(file, len(data) - len(last))
        else:
            self._write(file, b"\n")

    @staticmethod
    def _write(file: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(file, view) :]
        os.fsync(file)

    def _error(self, error: OSError) -> StorageError:
        return StorageError(f"{self._path} cannot be written: {error.strerror}; the groups in it are unchanged")


def read_groups(path: Path) -> Iterator[Group]:
    """The groups of a file, one in memory at a time. Raises `DatasetError` by file, line and key."""
    return (group for _, group in _read(path, lambda line, number: parse_group(line, f"{path.name}:{number}")))


def read_trainer_groups(path: Path) -> Iterator[TrainerGroup]:
    """The same in the trainer's form, with messages as they stand there. Raises `DatasetError`."""
    return (group for _, group in _read(path, lambda line, _: parse_trainer_group(line)))


def read_details(path: Path) -> Iterator[tuple[TrainerGroup, GroupDetails | None]]:
    """The trainer's form beside what a trainer does not read, None where a line says nothing of it."""
    return (pair for _, pair in _read(path, lambda line, _: (parse_trainer_group(line), parse_details(line))))


def _read(path: Path, parse: Callable[[bytes, int], T]) -> Iterator[tuple[int, T]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise DatasetError(f"the file of groups cannot be read ({error.strerror})", path=path) from error
    with file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield number, parse(line, number)
            except ValueError as error:
                raise DatasetError(str(error), path=path, line=number) from error
