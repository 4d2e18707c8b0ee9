"""Events in PostgreSQL: there soon, in order, kept through failures and kills."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from atlas.core.events import Event
from atlas.core.session import SessionId
from atlas.errors import StorageError
from atlas.storage.events import MAX_WAITING, PostgresRecorder
from atlas.storage.store import Store, open_store
from tests.storage.samples import NASTY

ONE, TWO = SessionId("run/arm/t/0"), SessionId("run/arm/t/1")

# Records three events, gives them the time to be stored, and waits to be killed.
VICTIM = """
import asyncio, sys
from atlas.core.events import Event
from atlas.storage.store import open_store

async def main():
    async with open_store(sys.argv[1]) as store:
        for number in range(3):
            await store.recorder.record(Event("run/arm/t/0", "student.step", "student", {"number": number}))
        await asyncio.sleep(0.3)
        print("recorded", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def step(session_id: SessionId, number: int) -> Event:
    return Event(session_id, "student.step", "student", {"number": number})


async def numbers(store: Store, session_id: SessionId) -> list[int]:
    return [stored.event.payload["number"] for stored in await store.recorder.of_session(session_id)]


async def test_events_come_back_as_they_were(store: Store) -> None:
    event = Event(ONE, "judge.sample", "judge", {"text": NASTY, "score": 0.5})
    await store.recorder.record(event)
    await store.recorder.flush()
    (stored,) = await store.recorder.of_session(ONE)
    assert stored.event == event
    async with store.database.connection() as connection:
        found = await connection.execute("SELECT event ->> 'event_type', event ->> 'actor' FROM trajectory_events")
        assert await found.fetchall() == [("judge.sample", "judge")]


async def test_order_holds_within_each_of_many_sessions(store: Store) -> None:
    async def play(session_id: SessionId) -> None:
        for number in range(200):
            await store.recorder.record(step(session_id, number))
            if number % 17 == 0:
                await asyncio.sleep(0)

    sessions = [SessionId(f"run/arm/t/{number}") for number in range(8)]
    await asyncio.gather(*(play(session_id) for session_id in sessions))
    await store.recorder.flush()
    for session_id in sessions:
        assert await numbers(store, session_id) == list(range(200))
        assert [stored.seq for stored in await store.recorder.of_session(session_id)] == list(range(1, 201))


async def test_stored_soon_without_anybody_asking(store: Store) -> None:
    for number in range(3):
        await store.recorder.record(step(ONE, number))
        await asyncio.sleep(0.01)
    for _ in range(100):
        if await numbers(store, ONE) == [0, 1, 2]:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the events were not stored within a second")


async def test_closing_stores_what_is_waiting(new_database: Callable[[], str]) -> None:
    url = new_database()
    async with open_store(url) as store:
        for number in range(MAX_WAITING + 10):
            await store.recorder.record(step(ONE, number))
    async with open_store(url) as store:
        assert await numbers(store, ONE) == list(range(MAX_WAITING + 10))


async def test_a_replay_starts_anew_and_the_old_play_is_kept(store: Store) -> None:
    for number in range(3):
        await store.recorder.record(step(ONE, number))
    await store.recorder.record(step(TWO, 7))
    await store.recorder.flush()
    async with PostgresRecorder(store.database) as again:
        await again.record(step(ONE, 99))
    assert await numbers(store, ONE) == [99]
    assert await numbers(store, TWO) == [7]
    async with store.database.connection() as connection:
        assert await (await connection.execute("SELECT count(*) FROM trajectory_events")).fetchall() == [(5,)]


async def test_a_failing_flush_is_raised_at_the_next_record_and_loses_nothing(store: Store) -> None:
    async with store.database.connection() as connection:
        await connection.execute("ALTER TABLE trajectory_events RENAME TO elsewhere")
    await store.recorder.record(step(ONE, 0))
    await asyncio.sleep(0.1)
    with pytest.raises(StorageError, match="a table is missing"):
        await store.recorder.record(step(ONE, 1))
    async with store.database.connection() as connection:
        await connection.execute("ALTER TABLE elsewhere RENAME TO trajectory_events")
    await store.recorder.record(step(ONE, 2))
    assert await numbers(store, ONE) == [0, 1, 2]


async def test_a_failing_flush_is_raised_at_close(new_database: Callable[[], str]) -> None:
    async def lose_the_table() -> None:
        async with open_store(new_database()) as store:
            async with store.database.connection() as connection:
                await connection.execute("DROP TABLE trajectory_events")
            await store.recorder.record(step(ONE, 0))

    with pytest.raises(StorageError, match="a table is missing"):
        await lose_the_table()


async def test_a_batch_sent_twice_is_stored_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = store.recorder._insert

    async def unconfirmed(batch: object) -> None:
        await insert(batch)  # type: ignore[arg-type]
        raise StorageError("the connection was lost before the commit was confirmed")

    monkeypatch.setattr(store.recorder, "_insert", unconfirmed)
    await store.recorder.record(step(ONE, 0))
    with pytest.raises(StorageError):
        await store.recorder.flush()
    monkeypatch.setattr(store.recorder, "_insert", insert)
    await store.recorder.flush()
    assert await numbers(store, ONE) == [0]


async def test_a_payload_that_is_no_json_is_the_callers_error(store: Store) -> None:
    with pytest.raises(TypeError):
        await store.recorder.record(Event(ONE, "student.step", "student", {"bad": object()}))
    await store.recorder.record(step(ONE, 0))
    await store.recorder.flush()
    assert await numbers(store, ONE) == [0]


async def test_what_was_recorded_survives_a_kill(new_database: Callable[[], str]) -> None:
    url = new_database()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    victim = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", VICTIM, url), stdout=subprocess.PIPE, env=environment
    )
    try:
        assert victim.stdout is not None
        assert await victim.stdout.readline() == b"recorded\n"
    finally:
        victim.kill()
        await victim.communicate()
    async with open_store(url) as store:
        assert await numbers(store, ONE) == [0, 1, 2]
        assert await store.sessions.finished(ONE) is None
