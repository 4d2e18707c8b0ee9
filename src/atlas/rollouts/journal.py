"""A journal: the groups of a run in their file, and notes on what became of the others."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from atlas.core.group import Group
from atlas.core.json import JsonObject, dumps
from atlas.core.messages import Usage
from atlas.errors import ConfigError, DatasetError, StorageError
from atlas.rollouts.group_file import GroupFile, read_groups


class Begun(msgspec.Struct, frozen=True, tag="begun", tag_field="note"):
    """The first note: the config that the run may go on under, and what protected from agent-written code."""

    config: JsonObject
    protection: str | None = None


class Named(msgspec.Struct, frozen=True, tag="named", tag_field="note"):
    """The name of the run among all that deliver to the same place."""

    run: str


class LeftOut(msgspec.Struct, frozen=True, tag="left_out", tag_field="note"):
    """A group that was played and is not in the file: why, and what it cost."""

    step: int
    reason: str
    usage: Usage = Usage()


class Delivered(msgspec.Struct, frozen=True, tag="delivered", tag_field="note"):
    """A group that the trajectory API has taken, or has refused for good: `refused` says why."""

    step: int
    refused: str | None = None


Note: TypeAlias = Begun | Named | LeftOut | Delivered
_NOTE: msgspec.json.Decoder[Note] = msgspec.json.Decoder(Note)


class Journal:
    """The open files of one run. Made by `open_journal`."""

    def __init__(self, path: Path, groups: GroupFile, notes: int) -> None:
        """`notes` is an open descriptor that appends."""
        self.path = path
        self.left_out: dict[int, LeftOut] = {}
        self.delivered: dict[int, Delivered] = {}
        self._name: str | None = None
        self._groups, self._notes = groups, notes
        self._written: dict[int, Usage] = {}

    @property
    def written(self) -> frozenset[int]:
        """The steps whose group is in the file."""
        return frozenset(self._written)

    @property
    def handled(self) -> frozenset[int]:
        """The steps that need not be played again."""
        return self.written | frozenset(self.left_out)

    @property
    def spent(self) -> Usage:
        """Tokens and cost of all groups so far."""
        return sum((*self._written.values(), *(left.usage for left in self.left_out.values())), Usage())

    def add(self, group: Group) -> None:
        """Append a group; its id is that of `group_id`. Raises `StorageError`, and then it is not in."""
        step = step_of(group)
        if step in self._written:
            raise ValueError(f"group {group.group_id} is in {self.path} already")
        self._groups.append(group)
        self._written[step] = group.usage

    def note(self, note: Note) -> None:
        """Append a note. Raises `StorageError`, and then it is not in."""
        _append(self._notes, notes_path(self.path), f"{dumps(note)}\n".encode())
        self._take(note)

    def groups(self) -> Iterator[Group]:
        """The groups as they stand in the file, one in memory at a time."""
        return read_groups(self.path)

    def read(self) -> JsonObject | None:
        """Take in what earlier processes of the run wrote, and give the config that the run was begun under.

        None for a journal without a group. Raises `ConfigError` for files that are no journal of groups.
        """
        notes = list(_notes(self._notes, notes_path(self.path)))
        try:
            self._written = {step_of(group): group.usage for group in self.groups()}
        except (ValueError, DatasetError) as error:
            raise ConfigError(
                f"{self.path} holds what this command did not write ({error}); name another file"
            ) from error
        for note in notes[1:]:
            self._take(note)
        if notes and isinstance(notes[0], Begun):
            return notes[0].config if self.handled else None
        if self._written:
            raise ConfigError(
                f"{notes_path(self.path)} does not say how the groups of {self.path} were made, so they cannot be "
                "gone on with; name another file"
            )
        return None

    def begin(self, config: JsonObject, protection: str | None = None) -> None:
        """Start the notes anew. Raises `StorageError`."""
        os.ftruncate(self._notes, 0)
        self._name = None
        self.note(Begun(config, protection))

    def name(self, new_name: Callable[[], str]) -> str:
        """The run's name, a new one where it has none yet; it stays when the run is gone on with."""
        if self._name is None:
            self.note(Named(new_name()))
        assert self._name is not None, "a note is taken in"
        return self._name

    def sort(self) -> None:
        """Put the groups into the order of their steps, which need not be the one they finished in.

        The file is replaced whole, so that equal runs leave equal files. Nothing can be added afterwards. Raises
        `StorageError`.
        """
        if list(self._written) == sorted(self._written):
            return
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
        try:
            with self.path.open("rb") as now, beside.open("wb") as file:
                starts, end = [], 0
                for line in now:
                    starts.append(end)
                    end += len(line)
                for _, start in sorted(zip(self._written, starts, strict=True)):
                    now.seek(start)
                    file.write(now.readline())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        finally:
            beside.unlink(missing_ok=True)

    def _take(self, note: Note) -> None:
        match note:
            case Named(run):
                self._name = run
            case LeftOut(step):
                self.left_out[step] = note
            case Delivered(step):
                self.delivered[step] = note


def group_id(step: int) -> str:
    """The id of a run's group."""
    return f"{step:06d}"


def step_of(group: Group) -> int:
    """The step of a group with such an id. Raises `ValueError` for another one."""
    return int(group.group_id)


def notes_path(path: Path) -> Path:
    """The file beside the groups that says which run they are of, and what became of groups that are not there."""
    return path.with_name(f"{path.stem}.run.jsonl")


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """The journal at `path`, held by this process alone. Folders are made as needed, empty files are not left.

    Raises `StorageError` for a place that cannot be written, `ConfigError` when another process writes there.
    """
    with _opened(notes_path(path)) as notes:
        try:
            fcntl.flock(notes, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigError(f"{path} is being written by another run; wait for it, or name another") from error
        try:
            with GroupFile(path) as groups:
                yield Journal(path, groups, notes)
        finally:
            if path.exists() and path.stat().st_size == 0:
                path.unlink()


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield descriptor
    finally:
        if os.fstat(descriptor).st_size == 0:
            path.unlink(missing_ok=True)
        os.close(descriptor)


def _append(descriptor: int, path: Path, data: bytes) -> None:
    """Write and sync; where that fails (a full disk), nothing of `data` stays."""
    end = os.fstat(descriptor).st_size
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError as error:
        with suppress(OSError):
            os.ftruncate(descriptor, end)
        raise _unwritable(path, error) from error


def _notes(descriptor: int, path: Path) -> Iterator[Note]:
    """Every note; a half one at the end, left by a kill, was never acted on and is cut off."""
    end = 0
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        for line in file:
            if not line.endswith(b"\n"):
                os.ftruncate(descriptor, end)
                return
            end += len(line)
            try:
                yield _NOTE.decode(line)
            except msgspec.MsgspecError as error:
                raise ConfigError(f"{path} holds what this command did not write ({error})") from error


def _unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError(f"{path} cannot be written: {error.strerror}; what was there before is unchanged")
