"""The workspace: what can be read and written in it, and that nothing outside can be reached."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from atlas.environments.gaia.workspace import MAX_FILES, MAX_READ_BYTES, MAX_SEEN, MAX_WRITE_BYTES, Workspace
from atlas.errors import ToolError, WorldError

SECRET = b"the secret outside"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_bytes(SECRET)
    return folder


@pytest.fixture
def work(tmp_path: Path, outside: Path) -> Iterator[Workspace]:
    folder = tmp_path / "work"
    folder.mkdir()
    workspace = Workspace(folder)
    yield workspace
    workspace.close()


def test_write_read_append(work: Workspace) -> None:
    work.write("a/b/notes.txt", b"one")
    work.append("a/b/notes.txt", b" two")
    work.append("new.txt", b"made")
    assert work.read("a/b/notes.txt") == b"one two"
    work.write("a/b/notes.txt", b"replaced")
    assert work.read("./a//b/notes.txt") == b"replaced"
    assert [(entry.path, entry.kind, entry.size) for entry in work.entries()] == [
        ("a/b/notes.txt", "file", 8),
        ("new.txt", "file", 4),
    ]


def test_what_is_not_there(work: Workspace) -> None:
    work.write("file.txt", b"x")
    for path, why in (
        ("none.txt", "There is no file 'none.txt'"),
        ("none/none.txt", "There is no file"),
        ("file.txt/inside", "leads through something that is no directory"),
    ):
        with pytest.raises(ToolError, match=why):
            work.read(path)
    work.write("folder/x", b"")
    for act in (work.read, lambda path: work.write(path, b""), lambda path: work.append(path, b"")):
        with pytest.raises(ToolError, match="is a directory"):
            act("folder")


def test_links_are_not_followed(work: Workspace, outside: Path) -> None:
    os.symlink(outside / "secret.txt", work.path / "link")
    os.symlink(outside, work.path / "folder")
    os.symlink("nowhere", work.path / "dangling")
    for path in ("link", "folder/secret.txt", "dangling"):
        for act in (work.read, lambda path: work.write(path, b"gone"), lambda path: work.append(path, b"gone")):
            with pytest.raises(ToolError, match="link"):
                act(path)
    with pytest.raises(ToolError, match="link"):
        work.write("folder/new.txt", b"escaped")
    assert os.listdir(outside) == ["secret.txt"]
    assert (outside / "secret.txt").read_bytes() == SECRET


def test_hard_links_are_neither_read_nor_changed(work: Workspace, outside: Path) -> None:
    os.link(outside / "secret.txt", work.path / "hard")
    with pytest.raises(ToolError, match="hard link"):
        work.read("hard")
    with pytest.raises(ToolError, match="hard link"):
        work.append("hard", b"changed")
    work.write("hard", b"a file of its own now")
    assert (outside / "secret.txt").read_bytes() == SECRET
    assert work.read("hard") == b"a file of its own now"


@pytest.mark.parametrize("act", ["read", "write", "append"])
def test_pipes_and_sockets_do_not_hang(work: Workspace, act: str) -> None:
    os.mkfifo(work.path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.open(work.path, os.O_RDONLY)
        try:
            listening.bind(f"/proc/self/fd/{here}/socket")
        finally:
            os.close(here)
        for name in ("pipe", "socket"):
            with pytest.raises(ToolError, match="no plain file"):
                work.read(name) if act == "read" else getattr(work, act)(name, b"x")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_devices_are_refused(work: Workspace) -> None:
    try:
        os.mknod(work.path / "zero", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this root may not make a device")
    with pytest.raises(ToolError, match="no plain file"):
        work.read("zero")


def test_a_file_of_a_gigabyte_is_refused_unread(work: Workspace) -> None:
    with (work.path / "huge.txt").open("wb") as file:
        file.truncate(1024**3)
    with pytest.raises(ToolError, match=f"1,073,741,824 bytes; at most {MAX_READ_BYTES:,}"):
        work.read("huge.txt")
    with pytest.raises(ToolError, match="full"):
        work.write("small.txt", b"x")
    assert work.digests() == {"huge.txt": {"kind": "file", "bytes": 1024**3, "sha256": None}}


def test_writes_are_limited(work: Workspace) -> None:
    with pytest.raises(ToolError, match="too much for one write"):
        work.write("big", b"x" * (MAX_WRITE_BYTES + 1))
    with (work.path / "long").open("wb") as file:
        file.truncate(MAX_READ_BYTES)
    with pytest.raises(ToolError, match="a file may have"):
        work.append("long", b"x")
    for number in range(MAX_FILES):
        (work.path / f"{number}.txt").touch()
    with pytest.raises(ToolError, match="is full"):
        work.write("one-more", b"x")
    for number in range(MAX_SEEN):
        (work.path / f"more-{number}").touch()
    assert len(work.entries()) == MAX_SEEN


def test_a_race_does_not_escape(work: Workspace, outside: Path) -> None:
    """A directory that keeps turning into a link and back: whatever is read or written is never outside."""
    work.write("door/secret.txt", b"inside")
    over = threading.Event()

    def swing() -> None:
        door, aside = work.path / "door", work.path / "aside"
        while not over.is_set():
            with suppress(OSError):
                door.rename(aside)
            # Where a write has made a door of its own meanwhile, that one has to go first.
            with suppress(FileExistsError):
                os.symlink(outside, door)
                door.unlink()
            shutil.rmtree(door, ignore_errors=True)
            with suppress(OSError):
                aside.rename(door)

    swinging = threading.Thread(target=swing)
    swinging.start()
    read, refused = set(), 0
    try:
        for number in range(2000):
            try:
                read.add(work.read("door/secret.txt"))
                if number % 10 == 0:
                    work.append("door/log.txt", b"x")
            except ToolError:
                refused += 1
    finally:
        over.set()
        swinging.join()
    assert read <= {b"inside"}
    assert refused > 0, "the door never swung, so nothing was tested"
    assert os.listdir(outside) == ["secret.txt"]


def test_the_directory_is_held_though_its_name_is_not(work: Workspace, outside: Path, tmp_path: Path) -> None:
    work.write("secret.txt", b"mine")
    work.path.rename(tmp_path / "moved")
    os.symlink(outside, work.path)
    assert work.read("secret.txt") == b"mine"


def test_copies_and_refills(work: Workspace, outside: Path, tmp_path: Path) -> None:
    work.write("a/b.txt", b"kept")
    os.symlink(outside, work.path / "link")
    os.link(outside / "secret.txt", work.path / "hard")
    copy = tmp_path / "copy"
    copy.mkdir()
    work.copy_to(copy)
    assert [path.relative_to(copy).as_posix() for path in sorted(copy.rglob("*"))] == ["a", "a/b.txt"]
    inode = work.path.stat().st_ino
    work.write("a/b.txt", b"changed")
    work.write("more.txt", b"more")
    (work.path / "shut").mkdir()
    (work.path / "shut" / "inside").touch()
    (work.path / "shut").chmod(0)
    work.fill_from(copy)
    assert [entry.path for entry in work.entries()] == ["a/b.txt"]
    assert work.read("a/b.txt") == b"kept"
    assert work.path.stat().st_ino == inode, "a sandbox that was let into the directory still is"
    assert (outside / "secret.txt").read_bytes() == SECRET


def test_a_missing_directory(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="cannot be opened"):
        Workspace(tmp_path / "none")
