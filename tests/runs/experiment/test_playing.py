"""Streams side by side: every session of each, in its order, and the first failure as itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from atlas.core.session import Session
from atlas.errors import StorageError
from atlas.runs.experiment.playing import merged
from tests.reports.played import session


async def stream(name: str, count: int, fails: bool = False) -> AsyncIterator[Session]:
    for number in range(count):
        await asyncio.sleep(0)
        yield session(f"{name}{number}", True)
    if fails:
        raise StorageError("disk full")


async def test_all_sessions_come_and_each_stream_keeps_its_order() -> None:
    for concurrency in (1, 2, 9):
        got = [s.slot.task_id async for s in merged([stream("a", 3), stream("b", 2), stream("c", 0)], concurrency)]
        assert [task for task in got if task.startswith("a")] == ["a0", "a1", "a2"]
        assert [task for task in got if task.startswith("b")] == ["b0", "b1"]


async def test_a_failing_stream_stops_the_others_with_its_own_error() -> None:
    got: list[Session] = []

    async def follow() -> None:
        async for each in merged([stream("a", 1, fails=True), stream("b", 10_000)], 2):
            got.append(each)

    with pytest.raises(StorageError, match="disk full"):
        await follow()
    assert len(got) < 10_000


async def test_leaving_early_stops_the_streams() -> None:
    left = merged([stream("a", 10_000)], 1)
    async for _ in left:
        break
    await left.aclose()
    assert len(asyncio.all_tasks()) == 1
