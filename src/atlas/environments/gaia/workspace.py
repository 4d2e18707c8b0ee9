"""A workspace: the directory of one task, and the only one that its tools can reach.

Agent-written code may change the directory while a tool runs, so no path is checked first and opened later. Every
name of a path is opened from the directory before it, never through a link, and what was opened is looked at by its
descriptor: a regular file, with one name, of a size that is allowed. Directories are walked the same way.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import file_digest
from itertools import islice
from pathlib import Path

from atlas.core.json import JsonObject
from atlas.environments.gaia.paths import names_of
from atlas.errors import ToolError, WorldError

MAX_READ_BYTES = 32 * 1024 * 1024
MAX_WRITE_BYTES = 1024 * 1024
MAX_TOTAL_BYTES = 128 * 1024 * 1024
MAX_FILES = 500
MAX_SEEN = 2_000
"""Entries that a listing, a snapshot or a mark takes in: agent-written code may make more than the tools allow."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a FIFO would be waited for, and a tape be wound.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1024 * 1024
_KINDS = {
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in the workspace. `kind` is "file" or what else it is; such an entry is listed, never opened."""

    path: str
    kind: str
    size: int


class Workspace:
    """The directory `path`, held open: renaming or replacing it changes nothing for who holds it."""

    def __init__(self, path: Path) -> None:
        """Raises `WorldError` when there is no such directory."""
        self.path = path
        try:
            self._root = os.open(path, _DIRECTORY)
        except OSError as error:
            raise WorldError(f"the workspace {path} cannot be opened ({error.strerror})") from error

    def close(self) -> None:
        os.close(self._root)

    def read(self, path: str, *, limit: int = MAX_READ_BYTES) -> bytes:
        """A file's bytes. Raises `ToolError` for what is no plain file of at most `limit` bytes."""
        with self._parent(path) as (parent, name), _reading(parent, name, path) as descriptor:
            if (size := os.fstat(descriptor).st_size) > limit:
                raise ToolError(f"{path!r} has {size:,} bytes; at most {limit:,} can be read.")
            return _read(descriptor, limit, path)

    def write(self, path: str, data: bytes) -> None:
        """Put a file in place whole, with directories as needed; what it replaces must be a plain file.

        Raises `ToolError` for a path that is not allowed and for too much data.
        """
        self._check_room(len(data), path)
        with self._parent(path, make=True) as (parent, name):
            _refuse_what_is_no_file(parent, name, path)
            beside = f".{secrets.token_hex(8)}.part"
            try:
                _put(parent, beside, data)
                # Renaming replaces whatever stands there now and follows nothing.
                os.rename(beside, name, src_dir_fd=parent, dst_dir_fd=parent)
            except OSError:
                with suppress(OSError):
                    os.unlink(beside, dir_fd=parent)
                raise

    def append(self, path: str, data: bytes) -> None:
        """Add to the end of a file, or make it. Raises `ToolError` as `write`."""
        self._check_room(len(data), path)
        with self._parent(path, make=True) as (parent, name):
            with suppress(FileExistsError):
                return _put(parent, name, data)
            descriptor = _open(parent, name, _APPEND, path)
            try:
                if (size := _plain(descriptor, path).st_size + len(data)) > MAX_READ_BYTES:
                    raise ToolError(f"{path!r} would have {size:,} bytes; a file may have {MAX_READ_BYTES:,}.")
                _write(descriptor, data)
            finally:
                os.close(descriptor)

    def entries(self) -> list[Entry]:
        """What is in the workspace, directories apart, sorted within each directory; the first `MAX_SEEN` of it."""
        return [entry for entry, _, _ in self._walk()]

    def digests(self) -> dict[str, JsonObject]:
        """Path -> kind, bytes and SHA-256 of every entry; None for a digest where there is nothing to read."""
        return {
            entry.path: {"kind": entry.kind, "bytes": entry.size, "sha256": _digest(parent, name, entry)}
            for entry, parent, name in self._walk()
        }

    def copy_to(self, target: Path) -> None:
        """Copy the plain files to `target`, an empty directory that nobody else can reach.

        Files of more than `MAX_TOTAL_BYTES`, which only agent-written code can make, are left out.
        """
        for entry, parent, name in self._walk():
            if entry.kind == "file" and entry.size <= MAX_TOTAL_BYTES:
                place = target / entry.path
                place.parent.mkdir(parents=True, exist_ok=True)
                with suppress(ToolError), _reading(parent, name, entry.path) as descriptor:
                    with open(descriptor, "rb", closefd=False) as source, place.open("wb") as copy:
                        shutil.copyfileobj(source, copy)

    def empty(self) -> None:
        """Remove everything, also what agent-written code has made unreadable. Raises `OSError`."""
        _empty(self._root)

    def fill_from(self, source: Path) -> None:
        """Make the workspace hold the files of `source` and nothing else. The directory stays the same one."""
        self.empty()
        for file in sorted(path for path in source.rglob("*") if path.is_file()):
            names = file.relative_to(source).parts
            with _below(self._root, names[:-1], make=True) as parent:
                _put(parent, names[-1], file.read_bytes())

    @contextmanager
    def _parent(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """The directory of a file, and the file's name in it. An `OSError` in the block is a `ToolError` too."""
        *above, name = names_of(path)
        try:
            with _below(self._root, tuple(above), make=make) as parent:
                yield parent, name
        except OSError as error:
            raise _failure(error, path) from error

    def _check_room(self, length: int, path: str) -> None:
        if length > MAX_WRITE_BYTES:
            raise ToolError(
                f"{length:,} bytes are too much for one write to {path!r}; at most {MAX_WRITE_BYTES:,}."
            )
        there = self.entries()
        if len(there) >= MAX_FILES:
            raise ToolError(f"The task's directory is full: {len(there)} files, at most {MAX_FILES}.")
        if sum(entry.size for entry in there) + length > MAX_TOTAL_BYTES:
            raise ToolError(f"The task's directory is full: at most {MAX_TOTAL_BYTES:,} bytes in all.")

    def _walk(self) -> Iterator[tuple[Entry, int, str]]:
        """Every entry with its directory's descriptor and its name; the descriptor is open until the next one."""
        yield from islice(_walk(self._root, "", 0), MAX_SEEN)


@contextmanager
def _below(root: int, names: tuple[str, ...], *, make: bool = False) -> Iterator[int]:
    """The directory that `names` lead to, each opened from the one before."""
    current = os.dup(root)
    try:
        for name in names:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=current)
            following = os.open(name, _DIRECTORY, dir_fd=current)
            os.close(current)
            current = following
        yield current
    finally:
        os.close(current)


def _open(parent: int, name: str, flags: int, path: str) -> int:
    try:
        # Opening a device can do something, so it is looked at before; what counts is what `_plain` sees after.
        if not stat.S_ISREG(mode := os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise _no_file(mode, path)
        return os.open(name, flags, dir_fd=parent)
    except OSError as error:
        raise _failure(error, path) from error


def _plain(descriptor: int, path: str) -> os.stat_result:
    """What was opened, if it is a regular file with one name: a second name may be that of a file elsewhere."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise _no_file(found.st_mode, path)
    if found.st_nlink > 1:
        raise ToolError(f"{path!r} is a hard link; only files with one name can be used.")
    return found


def _refuse_what_is_no_file(parent: int, name: str, path: str) -> None:
    with suppress(FileNotFoundError):
        mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
        if not stat.S_ISREG(mode):
            raise _no_file(mode, path)


def _no_file(mode: int, path: str) -> ToolError:
    if stat.S_ISDIR(mode):
        return ToolError(f"{path!r} is a directory; list_files shows the files in it.")
    if stat.S_ISLNK(mode):
        return ToolError(f"{path!r} is a link; links are not followed.")
    return ToolError(f"{path!r} is no plain file ({_KINDS.get(stat.S_IFMT(mode), 'special')}).")


def _put(parent: int, name: str, data: bytes) -> None:
    descriptor = os.open(name, _NEW, 0o600, dir_fd=parent)
    try:
        _write(descriptor, data)
    finally:
        os.close(descriptor)


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _read(descriptor: int, limit: int, path: str) -> bytes:
    """All of an open file. It may grow meanwhile, so the limit is held here too."""
    chunks, length = [], 0
    while chunk := os.read(descriptor, _CHUNK):
        chunks.append(chunk)
        if (length := length + len(chunk)) > limit:
            raise ToolError(f"{path!r} has more than {limit:,} bytes, which is the most that can be read.")
    return b"".join(chunks)


@contextmanager
def _reading(parent: int, name: str, path: str) -> Iterator[int]:
    descriptor = _open(parent, name, _READ, path)
    try:
        _plain(descriptor, path)
        yield descriptor
    finally:
        os.close(descriptor)


def _digest(parent: int, name: str, entry: Entry) -> str | None:
    if entry.kind != "file" or entry.size > MAX_TOTAL_BYTES:
        return None
    try:
        with _reading(parent, name, entry.path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            return file_digest(file, "sha256").hexdigest()
    except ToolError:
        return None


def _walk(directory: int, prefix: str, depth: int) -> Iterator[tuple[Entry, int, str]]:
    for name in sorted(os.listdir(directory)):
        try:
            found = os.stat(name, dir_fd=directory, follow_symlinks=False)
            if not stat.S_ISDIR(found.st_mode):
                kind = "file" if stat.S_ISREG(found.st_mode) else _KINDS.get(stat.S_IFMT(found.st_mode), "special")
                if kind == "file" and found.st_nlink > 1:
                    kind = "hard link"
                yield Entry(prefix + name, kind, found.st_size if kind == "file" else 0), directory, name
                continue
            below = os.open(name, _DIRECTORY, dir_fd=directory)
        except OSError:
            # It went away, or became something else, since it was listed: then it is not there.
            continue
        try:
            if depth < 32:
                yield from _walk(below, f"{prefix}{name}/", depth + 1)
        finally:
            os.close(below)


def _empty(directory: int) -> None:
    """Remove all that is in a directory; what the agent's code made unreadable is made readable first."""
    for name in os.listdir(directory):
        try:
            os.unlink(name, dir_fd=directory)
        except (IsADirectoryError, PermissionError):
            _make_readable(directory, name)
            below = os.open(name, _DIRECTORY, dir_fd=directory)
            try:
                _empty(below)
            finally:
                os.close(below)
            os.rmdir(name, dir_fd=directory)


def _make_readable(parent: int, name: str) -> None:
    """Change the mode of a directory and of nothing that has come into its place."""
    handle = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    try:
        os.chmod(f"/proc/self/fd/{handle}", 0o700)
    finally:
        os.close(handle)


def _failure(error: OSError, path: str) -> ToolError:
    """What the agent reads when a path cannot be opened."""
    match error.errno:
        case errno.ENOENT:
            return ToolError(f"There is no file {path!r}; list_files shows what there is.")
        case errno.ELOOP:
            return ToolError(f"{path!r} leads through a link; links are not followed.")
        case errno.ENOTDIR:
            return ToolError(f"{path!r} leads through something that is no directory (a file or a link).")
        case errno.EACCES | errno.EPERM:
            return ToolError(f"{path!r} may not be opened.")
        case _:
            return ToolError(f"{path!r} cannot be used ({error.strerror}).")
