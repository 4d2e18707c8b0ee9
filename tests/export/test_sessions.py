from __future__ import annotations

import json
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from atlas.core.json import JsonValue
from atlas.errors import StorageError
from atlas.export.record import Exported, session_record
from atlas.export.sessions import stream_sessions, write_sessions
from tests.reports.played import session


def plain(value: JsonValue) -> JsonValue:
    return value


def test_one_line_a_session_in_the_order_given(tmp_path: Path) -> None:
    sessions = [Exported(session(task, True), f"do {task}") for task in ("c2", "c1", "c3")]
    assert write_sessions(tmp_path / "sessions.jsonl", sessions, plain) == 3
    lines = (tmp_path / "sessions.jsonl").read_text().splitlines()
    assert [json.loads(line)["conversation_id"] for line in lines] == ["c2", "c1", "c3"]
    assert json.loads(lines[0]) == json.loads(json.dumps(session_record(sessions[0])))


def test_the_same_sessions_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_sessions(tmp_path / name, [Exported(session("c1", True, turns=[True]), "do it")], plain)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_whole_records_pass_through_redaction(tmp_path: Path) -> None:
    def mask(value: JsonValue) -> JsonValue:
        return json.loads(json.dumps(value).replace("hunter2", "***"))

    secret = Exported(session("c1", True), "log in with hunter2", {"db": "postgresql://a:hunter2@h/d"})
    write_sessions(tmp_path / "sessions.jsonl", [secret], mask)
    text = (tmp_path / "sessions.jsonl").read_text()
    assert "hunter2" not in text
    assert "log in with ***" in text


def test_memory_does_not_grow_with_the_number_of_sessions(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        def sessions() -> Iterator[Exported]:
            for number in range(count):
                yield Exported(session(f"c{number}", True), "x" * 20_000)

        tracemalloc.start()
        write_sessions(tmp_path / "sessions.jsonl", sessions(), plain)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few = peak(20)
    assert peak(200) < 2 * few + 200_000


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def arriving(count: int, text: str = "") -> AsyncIterator[Exported]:
    for number in range(count):
        yield Exported(session(f"c{number}", True), text)


async def test_a_stream_gives_the_bytes_of_a_list(tmp_path: Path) -> None:
    assert await stream_sessions(tmp_path / "one", arriving(3), plain) == 3
    write_sessions(tmp_path / "two", [exported async for exported in arriving(3)], plain)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


async def test_a_stream_that_breaks_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    async def breaking() -> AsyncIterator[Exported]:
        async for exported in arriving(2):
            yield exported
        raise StorageError("the connection was lost")

    path = tmp_path / "sessions.jsonl"
    path.write_text("before")
    with pytest.raises(StorageError, match="connection was lost"):
        await stream_sessions(path, breaking(), plain)
    assert path.read_text() == "before"
    assert names(tmp_path) == ["sessions.jsonl"]


async def test_memory_does_not_grow_with_a_stream(tmp_path: Path) -> None:
    async def peak(count: int) -> int:
        tracemalloc.start()
        await stream_sessions(tmp_path / "sessions.jsonl", arriving(count, "x" * 20_000), plain)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few = await peak(20)
    assert await peak(200) < 2 * few + 200_000
