"""A command that is ended while its fork server starts: it says its own word and nothing of it stays."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import Atlas
from tests.storage.servers import eventually

WORKER = b"atlas.runtime.sandbox.worker"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "killed"])
def test_a_start_that_is_interrupted_ends_quietly(atlas: Atlas, tmp_path: Path, sent: signal.Signals) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = ("rollout", "process", "smolagents", "--offline", "--env.total_steps", "1")
    options = ("--env.data_path_to_save_groups", str(tmp_path / "groups.jsonl"))
    running = atlas.start(*command, *options, TMPDIR=str(temporary))
    try:
        assert eventually(lambda: _workers(temporary) != [], within_s=60)
        running.send_signal(sent)
        # The worker has the same standard error, so this ends when both are gone.
        said, _ = running.communicate(timeout=30)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == (130 if sent == signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in said
    if sent == signal.SIGINT:
        assert said.splitlines()[-1].strip() == "interrupted"
    assert eventually(lambda: _workers(temporary) == [])
    assert eventually(lambda: not list(temporary.glob("atlas-sandbox-*")))


def _workers(temporary: Path) -> list[int]:
    """The fork servers of the command that has this directory for its temporary files."""
    base = str(temporary).encode()
    return [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and WORKER in _read(folder / "cmdline") and base in _opened(folder)
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _opened(folder: Path) -> bytes:
    """What the process has open: the lock of its directory among it."""
    try:
        return b"\n".join(str(entry.readlink()).encode() for entry in (folder / "fd").iterdir())
    except OSError:
        return b""
