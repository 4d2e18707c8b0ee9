"""The background loop: works for callers in and out of a loop, hands errors on, and ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from atlas.environments.crm.gym.background import BackgroundLoop


@pytest.fixture
def loop() -> Iterator[BackgroundLoop]:
    loop = BackgroundLoop()
    yield loop
    loop.close()


async def where() -> tuple[asyncio.AbstractEventLoop, int]:
    await asyncio.sleep(0)
    return asyncio.get_running_loop(), threading.get_ident()


def test_all_work_runs_in_one_loop_of_another_thread(loop: BackgroundLoop) -> None:
    first, second = loop.run(where()), loop.run(where())
    assert first == second
    assert first[1] != threading.get_ident()


async def test_callers_may_be_in_a_loop(loop: BackgroundLoop) -> None:
    assert loop.run(where())[0] is not asyncio.get_running_loop()


def test_errors_reach_the_caller(loop: BackgroundLoop) -> None:
    async def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        loop.run(fail())
    assert loop.run(where())


def test_close_cancels_what_still_runs_and_ends_the_thread(loop: BackgroundLoop) -> None:
    cancelled = threading.Event()

    async def linger() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    async def leave_it_running() -> asyncio.Task[None]:
        task = asyncio.create_task(linger())
        await asyncio.sleep(0)
        return task

    before = threading.active_count()
    loop.run(leave_it_running())
    assert threading.active_count() == before + 1
    loop.close()
    loop.close()
    assert cancelled.is_set()
    assert threading.active_count() == before
