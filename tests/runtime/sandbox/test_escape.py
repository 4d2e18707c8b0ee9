"""Escapes: agent-written code tries everything at once forbidden, and gets nothing."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from atlas.agents.code.agent import PLAYER
from atlas.errors import SandboxError
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.runtime.sandbox.pool import SandboxPool
from tests.runtime.sandbox.attacks import ATTACKS, Told
from tests.runtime.sandbox.playing import play_code

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="NO SANDBOX HERE: it takes Linux")

SECRET = "sk-secret-of-the-parent"
RUN = "import runpy\nfinal_answer(runpy.run_path('attack.py')['verdict'])"
REFUSALS = (
    "NOTHING",
    "REFUSED PermissionError",
    "REFUSED OSError",
    "REFUSED gaierror",
    "REFUSED ProcessLookupError",
)
HARMLESS = (
    "read the answers", "read the answers by a symbolic link", "read the answers by a hard link",
    "read the answers by dots", "read the answers by C", "list other people's files", "read the password file",
    "read Atlas itself", "make a device", "leave a named pipe for the parent", "leave a link for the parent",
    "leave a program with another's rights", "create a program with another's rights",
    "read the environment from the start", "read the parent's command line", "look for processes",
    "read one's own memory as a file", "fork", "clone without fork", "run a program", "run a shell",
    "connect to the parent", "listen", "send a datagram", "connect to a unix socket",
    "connect to an abstract unix socket", "pair of sockets", "netlink", "memory without a file",
    "signal its own parent", "write outside",
)  # fmt: skip
"""Attacks that a process without a sandbox gets away with and that do no harm: the control."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[SandboxPool]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", SECRET)
        made = SandboxPool(SandboxConfig(disk_mb=16, process_timeout=20), PLAYER, os.environ)
        yield made
        await made.close()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A parent worth attacking: a key in its memory, files beside the workspace, sockets that listen."""
    home = tmp_path_factory.mktemp("parent")
    (home / "answers.jsonl").write_text(SECRET)
    (home / "target").write_text("untouched")
    memory = ctypes.create_string_buffer(SECRET.encode())
    # A socket's path must be short.
    with tempfile.TemporaryDirectory() as short, (home / "answers.jsonl").open() as held:
        tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        with tcp, udp, unix, abstract:
            udp.bind(("127.0.0.1", 0))
            unix.bind(f"{short}/s")
            abstract.bind(f"\0atlas-test-{os.getpid()}")
            unix.listen()
            abstract.listen()
            yield Told(
                SECRET,
                os.getpid(),
                os.getpid(),
                ctypes.addressof(memory),
                held.fileno(),
                tcp.getsockname()[1],
                udp.getsockname()[1],
                f"{short}/s",
                f"atlas-test-{os.getpid()}",
                str(home / "answers.jsonl"),
                str(home / "target"),
            )
            assert memory.value == SECRET.encode(), "the parent's memory was written to"


@pytest.fixture
def signals() -> Iterator[list[int]]:
    """The signals that reach this process during a test."""
    seen: list[int] = []
    kinds = (signal.SIGTERM, signal.SIGIO, signal.SIGURG, signal.SIGUSR1)
    before = [signal.signal(kind, lambda number, frame: seen.append(number)) for kind in kinds]
    yield seen
    for kind, handler in zip(kinds, before, strict=True):
        signal.signal(kind, handler)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", ATTACKS)
async def test_an_attempt_gets_nothing(
    name: str, pool: SandboxPool, told: Told, tmp_path: Path, signals: list[int]
) -> None:
    protection = await pool.protection()
    if not protection.complete:
        pytest.skip(f"THE KERNEL PROTECTS FROM LESS THAN THIS TEST NEEDS: {protection}")
    (tmp_path / "attack.py").write_text(replace(told, server_pid=_server()).script(name))
    try:
        answer = await play_code(pool, tmp_path, RUN)
    except SandboxError as error:
        answer = f"ENDED {error}"
    assert answer.startswith((*REFUSALS, "ENDED")), answer
    assert SECRET not in answer
    _nothing_is_changed(told)
    assert signals == []
    _nothing_is_planted(tmp_path)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_tasks_after_all_attempts_are_unharmed(pool: SandboxPool, tmp_path: Path) -> None:
    assert await play_code(pool, tmp_path, "final_answer(6 * 7)") == "42"
    # The spare that waits for the next task, and nobody else.
    assert len(_below(_below(_server())[0])) <= 1


@pytest.mark.parametrize("name", HARMLESS)
def test_the_attempt_works_without_a_sandbox(name: str, told: Told, tmp_path: Path) -> None:
    if name == "make a device" and not _may_make_devices(tmp_path):
        pytest.skip("only root may make a device")
    (tmp_path / "attack.py").write_text(f"{told.script(name)}\nprint(verdict)")
    plain = (sys.executable, "attack.py")
    said = subprocess.run(plain, cwd=tmp_path, text=True, capture_output=True, timeout=30, check=False)
    assert said.stdout.startswith("GOT"), said.stdout + said.stderr
    Path(told.target).write_text("untouched")


def test_there_are_at_least_forty_attempts() -> None:
    assert len(ATTACKS) >= 40
    assert set(HARMLESS) <= set(ATTACKS)


def _nothing_is_planted(workspace: Path) -> None:
    """No link, pipe, device or foreign right waits for whoever reads the workspace next."""
    for path in workspace.rglob("*"):
        mode = path.lstat().st_mode
        assert stat.S_ISREG(mode) or stat.S_ISDIR(mode), path
        assert not mode & (stat.S_ISUID | stat.S_ISGID), path


def _nothing_is_changed(told: Told) -> None:
    assert Path(told.target).read_text() == "untouched"
    assert Path(told.answers).read_text() == SECRET


def _server() -> int:
    """The process id of the fork server's first process."""
    return _below(os.getpid())[0]


def _below(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _may_make_devices(folder: Path) -> bool:
    try:
        os.mknod(folder / "device", stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError:
        return False
    return True
