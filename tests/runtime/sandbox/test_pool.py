"""The pool: what becomes of a task whose code does its worst, and of the task after it."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from atlas.agents.code.agent import PLAYER
from atlas.core.protection import Protection
from atlas.errors import SandboxCrashed, SandboxError, SandboxOverrun, SandboxTimeout, SandboxUnavailable
from atlas.runtime.sandbox import pool as pool_module
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.runtime.sandbox.pool import SandboxPool, probe
from atlas.runtime.sandbox.sweep import PREFIX, sweep_abandoned
from tests.runtime.sandbox.playing import play_code

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="NO SANDBOX HERE: it takes Linux")

TIMEOUT_S = 4.0
RUN = "import runpy\nfinal_answer(runpy.run_path('bad.py').get('outcome'))"
PARENT = """
import asyncio, os, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from atlas.agents.code.agent import PLAYER
from atlas.runtime.sandbox.config import SandboxConfig
from atlas.runtime.sandbox.pool import SandboxPool
from tests.runtime.sandbox.playing import play_code

async def main():
    pool = SandboxPool(SandboxConfig(), PLAYER, os.environ)
    Path("bad.py").write_text("import time\\nopen('begun', 'w')\\nwhile True: time.sleep(1)")
    await asyncio.gather(*(play_code(pool, Path.cwd(), {run!r}) for _ in range(3)))

asyncio.run(main())
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[SandboxPool]:
    made = SandboxPool(SandboxConfig(process_timeout=TIMEOUT_S, memory_mb=256, disk_mb=16), PLAYER, os.environ)
    yield made
    await made.close()


@pytest.fixture
def nothing_left(pool: SandboxPool) -> Iterator[None]:
    """No process, file, socket or descriptor is left when a test ends that was not there before."""
    before = _descriptors()
    yield
    assert _descriptors() <= before + 8, "the fork server's own descriptors may have been opened meanwhile"
    # Only the spare has a directory, which is seen from here where there are no namespaces.
    _wait_until(lambda: all(len(list(base.glob("task-*"))) <= 1 for base in _bases()), 10)


KILLS_ITSELF = {
    "os._exit": ("import os; os._exit(3)", SandboxCrashed, "exit code 3"),
    "a false success": ("import os; os._exit(0)", SandboxCrashed, "exit code 0"),
    "a segmentation fault": ("import ctypes; ctypes.string_at(0)", SandboxCrashed, "signal 11"),
    "an abort": ("import os; os.abort()", SandboxCrashed, "signal (6|11)"),
    "closing the channel": ("import os, time; os.close(3); time.sleep(60)", SandboxCrashed, "ended"),
    "a hang": ("import time\nwhile True: time.sleep(1)", SandboxTimeout, "not done after 4 s"),
    "a busy loop": ("while True: pass", SandboxTimeout, "not done after 4 s"),
    "a hang that ignores signals": (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)",
        SandboxTimeout, "not done",
    ),
    "a regular expression bomb": ("import re; re.match('(a+)+$', 'a' * 60 + 'b')", SandboxTimeout, "not done"),
    "a thread bomb": (
        "import threading, time\nthreading.stack_size(32768)\n"
        "while True: threading.Thread(target=time.sleep, args=(60,)).start()",
        SandboxOverrun, "more than 64 threads",
    ),
    "1 GB on standard output": (
        "import os\npiece = bytes(1 << 20)\nfor _ in range(1024): os.write(1, piece)",
        SandboxOverrun, "printed more than 16 MB",
    ),
    "writing one file for ever": (
        "file = open('big', 'wb')\nwhile True:\n"
        "    file.seek(0)\n    file.write(bytes(1 << 20))",
        SandboxOverrun, "wrote more than 16 MB",
    ),
    "writing files for ever": (
        "import os\nwhile True:\n"
        "    with open(os.path.join(os.environ['TMPDIR'], 'a'), 'wb') as file: file.write(bytes(1 << 20))",
        SandboxOverrun, "wrote more than 16 MB",
    ),
    "1 GB in one message": (
        "import os, struct\nos.write(3, struct.pack('>I', 1 << 30))\n"
        "piece = bytes(1 << 20)\nfor _ in range(1024): os.write(3, piece)",
        SandboxError, "announced a message of 1073741824 bytes",
    ),
}  # fmt: skip


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", KILLS_ITSELF)
async def test_the_outcome_is_recorded_and_the_next_task_unharmed(
    name: str, pool: SandboxPool, nothing_left: None, tmp_path: Path
) -> None:
    source, kind, said = KILLS_ITSELF[name]
    (tmp_path / "bad.py").write_text(source)
    with pytest.raises(kind, match=said) as caught:
        await play_code(pool, tmp_path, RUN)
    assert caught.value.boundary == "sandbox"
    assert await play_code(pool, tmp_path, "final_answer('next')") == "next"


TOLD_TO_THE_AGENT = {
    "a fork bomb": ("import os\nwhile True: os.fork()", ("Operation not permitted", "unsafe")),
    "a fork bomb of C": ("import ctypes\noutcome = ctypes.CDLL(None).fork()", ("-1",)),
    "a memory bomb": ("outcome = len(bytearray(8 << 30))", ("MemoryError",)),
    "a memory bomb in pieces": ("held = []\nwhile True: held.append(bytearray(1 << 20))", ("MemoryError",)),
    "a file that is too large": ("open('big', 'wb').truncate(1 << 30)", ("File too large",)),
    "too many descriptors": ("held = []\nwhile True: held.append(open('/dev/null'))", ("Too many open files",)),
}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", TOLD_TO_THE_AGENT)
async def test_what_the_kernel_refuses_is_told_to_the_agent(
    name: str, pool: SandboxPool, nothing_left: None, tmp_path: Path
) -> None:
    source, said = TOLD_TO_THE_AGENT[name]
    (tmp_path / "bad.py").write_text(source)
    try:
        answer = await play_code(pool, tmp_path, RUN)
    except SandboxCrashed as error:
        # Memory can also run out where there is nobody left to tell.
        answer = str(error)
        assert name == "a memory bomb in pieces"
    assert any(part in answer for part in said), answer
    assert await play_code(pool, tmp_path, "final_answer('next')") == "next"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_gigabyte_printed_by_the_agent_stays_in_its_process(pool: SandboxPool, tmp_path: Path) -> None:
    source = "for _ in range(1024):\n    print('x' * (1 << 20))\nfinal_answer('printed')"
    before = _peak_mb()
    try:
        answer = await play_code(pool, tmp_path, source)
    except SandboxError as error:
        answer = f"{type(error).__name__}"
    assert answer == "printed" or "MemoryError" in answer or answer.startswith("Sandbox"), answer
    assert _peak_mb() - before < 64
    assert await play_code(pool, tmp_path, "final_answer('next')") == "next"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_killed_fork_server_costs_its_tasks_and_no_other(tmp_path: Path) -> None:
    pool = SandboxPool(SandboxConfig(), None, os.environ)
    async with pool.open(tmp_path) as process:
        with pytest.raises(SandboxCrashed):
            await process.receive()
    below = _descendants(os.getpid())
    server = next(pid for pid in below if "sandbox.worker" in _command(pid))
    os.kill(server, signal.SIGKILL)
    await asyncio.sleep(0.2)
    async with pool.open(tmp_path) as process:
        assert process.protection == await pool.protection()
    await pool.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_process_that_ends_at_once_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its end may be reported before its parent has got round to anything else."""
    reading = pool_module._reading

    async def slowly(fd: int) -> asyncio.StreamReader:
        await asyncio.sleep(0.5)
        return await reading(fd)

    monkeypatch.setattr(pool_module, "_reading", slowly)
    monkeypatch.setattr("atlas.runtime.sandbox.process.END_S", 2.0)
    pool = SandboxPool(SandboxConfig(), None, os.environ)
    async with pool.open(None) as process:
        with pytest.raises(SandboxCrashed, match="ended with exit code 0"):
            await process.receive()
    await pool.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_fork_server_that_dies_in_the_middle_is_named(tmp_path: Path) -> None:
    others = set(_descendants(os.getpid()))
    one = SandboxPool(SandboxConfig(), PLAYER, os.environ)
    async with one.open(tmp_path) as process:
        own = next(pid for pid in _descendants(os.getpid()) if pid not in others)
        os.kill(own, signal.SIGKILL)
        with pytest.raises(SandboxCrashed, match="the fork server ended"):
            await process.receive()
    await one.close()


@pytest.mark.parametrize("also_the_server", [False, True])
def test_a_killed_parent_leaves_nothing_behind(also_the_server: bool, tmp_path: Path) -> None:
    root = str(Path(__file__).parents[3])
    temporary = tmp_path / "t"
    temporary.mkdir()
    script = PARENT.format(root=root, run=RUN)
    environment = {**os.environ, "TMPDIR": str(temporary)}
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=environment)
    try:
        _wait_until(lambda: (tmp_path / "begun").exists(), 30)
        _wait_until(lambda: len(_descendants(parent.pid)) >= 4, 30)
        below = _descendants(parent.pid)
    finally:
        parent.kill()
        if also_the_server:
            for pid in below[:2]:
                os.kill(pid, signal.SIGKILL)
        parent.wait()
    _wait_until(lambda: not [pid for pid in below if Path(f"/proc/{pid}").exists()], 10)
    # A server that was killed cannot clean up after itself; the next one does.
    if also_the_server:
        swept = sweep_abandoned(temporary, older_than_s=0)
        assert len(swept) == 1
    _wait_until(lambda: list(temporary.iterdir()) == [], 5)


async def test_no_more_processes_than_allowed_run_at_once() -> None:
    pool = SandboxPool(SandboxConfig(max_concurrent_processes=2), None, os.environ)
    inside = most = 0

    async def one() -> None:
        nonlocal inside, most
        async with pool.open(None):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.02)
            inside -= 1

    await asyncio.gather(*(one() for _ in range(8)))
    await pool.close()
    assert most == 2


async def test_what_protects_is_found_out() -> None:
    protection = await probe(os.environ)
    assert str(protection).count(";") == 2


async def test_a_required_sandbox_is_refused_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Protection, "complete", property(lambda self: False))
    pool = SandboxPool(SandboxConfig(require_sandbox=True), None, os.environ)
    with pytest.raises(SandboxUnavailable, match="require_sandbox is on, and this is all that protects here"):
        async with pool.open(None):
            pass
    await pool.close()


async def test_a_missing_program_is_one_sentence() -> None:
    before = _bases()
    pool = SandboxPool(SandboxConfig(), "atlas.nowhere:play", os.environ)
    with pytest.raises(SandboxUnavailable, match=r"No module named 'atlas.nowhere'.*pip install 'atlas\[code\]'"):
        async with pool.open(None):
            pass
    assert _bases() == before


async def test_no_key_reaches_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [name for name in pool_module.PASSED_ON if "KEY" in name or "TOKEN" in name]


def _bases() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _descendants(pid: int) -> list[int]:
    """Every process below `pid`, the nearest first."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return children + [below for child in children for below in _descendants(child)]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def _wait_until(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come to be in time"
        time.sleep(0.02)
