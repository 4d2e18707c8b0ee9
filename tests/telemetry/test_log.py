from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from atlas.core.events import Event
from atlas.core.session import SessionId
from atlas.errors import StorageError
from atlas.telemetry.log import EventLog
from atlas.telemetry.redaction import Redactor

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from atlas.core.events import Event
from atlas.telemetry.log import EventLog
from atlas.telemetry.redaction import Redactor
async def main():
    with EventLog(Path(sys.argv[1]), Redactor(), lambda: "now") as log:
        for number in range(3):
            await log.record(Event("s", "student.step", "student", {"n": number}))
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


def event(number: int = 1, **payload: object) -> Event:
    return Event(SessionId("run/arm/task/0"), "student.step", "student", {"n": number, **payload})


def log(path: Path) -> EventLog:
    return EventLog(path, Redactor(), lambda: "2026-03-02T09:00:00Z")


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def full_disk() -> Iterator[int]:
    """No file of this process may grow beyond 4 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield 4096
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, before)


async def test_one_line_an_event_with_type_and_actor(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "events.jsonl"
    with log(path) as events:
        await events.record(event(1))
        assert len(lines(path)) == 1, "on disk before the next event"
        await events.record(event(2))
    assert lines(path)[1] == {
        "created_at": "2026-03-02T09:00:00Z",
        "session_id": "run/arm/task/0",
        "event_type": "student.step",
        "actor": "student",
        "payload": {"n": 2},
    }


async def test_it_appends_to_what_is_there(tmp_path: Path) -> None:
    for number in (1, 2):
        with log(tmp_path / "events.jsonl") as events:
            await events.record(event(number))
    assert [line["payload"] for line in lines(tmp_path / "events.jsonl")] == [{"n": 1}, {"n": 2}]


async def test_secrets_are_masked(tmp_path: Path) -> None:
    with log(tmp_path / "events.jsonl") as events:
        await events.record(event(password="hunter2", said="key sk-proj-abcDEF1234567890"))
    text = (tmp_path / "events.jsonl").read_text()
    assert "hunter2" not in text
    assert "sk-proj" not in text


def test_what_a_killed_process_wrote_is_there(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(lines(path)) == 3


@pytest.mark.parametrize("torn", ['{"session_id": "ha', "x" * 200_000])
async def test_a_torn_last_line_is_cut_off(tmp_path: Path, torn: str) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"n": 0}\n' + torn)
    with log(path) as events:
        await events.record(event(1))
    assert [line.get("n") for line in lines(path)] == [0, None]


async def test_a_full_disk_is_an_error_that_names_the_file_and_tears_no_line(
    tmp_path: Path, full_disk: int
) -> None:
    path = tmp_path / "events.jsonl"
    with log(path) as events:
        await events.record(event(1))
        with pytest.raises(StorageError, match=r"events\.jsonl: the event log cannot be written: File too large"):
            await events.record(event(2, text="x" * full_disk))
        await events.record(event(3))
    assert [line["payload"] for line in lines(path)] == [{"n": 1}, {"n": 3}]


async def test_a_path_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"file/events\.jsonl: the event log cannot be written"):
        log(tmp_path / "file" / "events.jsonl").__enter__()


async def test_a_closed_log_is_not_written(tmp_path: Path) -> None:
    with log(tmp_path / "events.jsonl") as events:
        pass
    with pytest.raises(StorageError, match="is not open"):
        await events.record(event())
    assert lines(tmp_path / "events.jsonl") == []
