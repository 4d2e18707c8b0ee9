"""Sweeping: what hostile code leaves behind is gone, and what it points to is not."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from atlas.runtime.sandbox.sweep import PREFIX, new_base, remove, sweep_abandoned


def test_links_are_removed_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("kept")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "folder").symlink_to(tmp_path / "kept")
    (tree / "file").symlink_to(tmp_path / "kept" / "file")
    remove(tree)
    assert not tree.exists()
    assert (tmp_path / "kept" / "file").read_text() == "kept"


def test_no_depth_is_too_much(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    here = os.open(tree, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    remove(tree)
    assert not tree.exists()


def test_no_mode_is_too_much(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "closed" / "below").mkdir(parents=True)
    (tree / "closed" / "below" / "file").write_text("")
    (tree / "closed" / "below").chmod(0)
    (tree / "closed").chmod(0)
    remove(tree)
    assert not tree.exists()


def test_only_what_nobody_holds_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    held, lock = new_base()
    left, gone = new_base()
    os.close(gone)
    (left / "task-1").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "other")
    assert sweep_abandoned() == [], "a young one may just be starting"
    assert sweep_abandoned(older_than_s=0) == [left]
    os.close(lock)
    assert sweep_abandoned(older_than_s=0) == [held]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{PREFIX}link", "other"]


def test_a_fork_server_without_orders_removes_the_directory_that_was_made_for_it(tmp_path: Path) -> None:
    """Whoever made it may be killed before it has said where it is."""
    base = tmp_path / f"{PREFIX}orphan"
    base.mkdir()
    (base / "lock").touch()
    lock = os.open(base / "lock", os.O_RDWR)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.close()
    with theirs:
        command = (sys.executable, "-m", "atlas.runtime.sandbox.worker", str(theirs.fileno()), str(lock))
        done = subprocess.run(command, pass_fds=(theirs.fileno(), lock), capture_output=True, timeout=60)
    os.close(lock)
    assert (done.returncode, done.stderr) == (0, b"")
    assert not base.exists()
