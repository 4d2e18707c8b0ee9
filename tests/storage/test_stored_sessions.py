"""Stored sessions: chosen, in order, of one moment, and never all in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from atlas.core.events import Event
from atlas.core.playbook import LearningKey
from atlas.core.session import Session
from atlas.errors import StorageError
from atlas.storage.database import Database
from atlas.storage.events import PostgresRecorder
from atlas.storage.reviews import PostgresReviews, ReviewStatus
from atlas.storage.store import Store, open_store
from atlas.storage.stored_sessions import BATCH, Selection, StoredSession, stored_sessions
from tests.storage.samples import KEY, failed, rich, session

ALL: tuple[ReviewStatus, ...] = ("pending", "approved", "quarantined")


async def chosen(database: Database, selection: Selection) -> list[StoredSession]:
    async with aclosing(stored_sessions(database, selection)) as sessions:
        return [stored async for stored in sessions]


async def names(store: Store, selection: Selection) -> list[str]:
    return [stored.session.slot.task_id for stored in await chosen(store.database, selection)]


async def decide(store: Store, name: str, status: ReviewStatus) -> None:
    reviews = PostgresReviews(store.database)
    await reviews.decide(await reviews.find([session(name).session_id]), status, "why")


def at(name: str, hour: int) -> Session:
    return replace(session(name), finished_at=f"2026-03-02T{hour:02}:00:00+00:00")


async def test_a_session_comes_back_with_its_review(store: Store) -> None:
    await store.sessions.finish(rich())
    (stored,) = await chosen(store.database, Selection(ALL))
    assert stored.session == rich()
    assert (stored.review_status, stored.review_notes, stored.events, stored.events_left_out) == (
        "pending",
        None,
        (),
        0,
    )
    assert stored.task.startswith("Find it")


async def test_in_the_order_they_were_finished_over_several_batches(store: Store) -> None:
    tasks = [f"t{number * 7 % 45:02}" for number in range(2 * BATCH + 5)]
    for name in tasks:
        await store.sessions.finish(session(name))
    assert await names(store, Selection(ALL)) == tasks
    assert await names(store, Selection(ALL, limit=3)) == tasks[-3:]
    assert await names(store, Selection(ALL, limit=1000)) == tasks


async def test_the_limit_counts_what_fits(store: Store) -> None:
    for name in "abcd":
        await store.sessions.finish(session(name))
    await decide(store, "a", "approved")
    await decide(store, "b", "approved")
    await decide(store, "d", "quarantined")
    assert await names(store, Selection(("approved",), limit=1)) == ["b"]
    assert await names(store, Selection(("approved", "pending"), limit=2)) == ["b", "c"]
    assert await names(store, Selection(("quarantined",))) == ["d"]
    assert await names(store, Selection(("quarantined",), LearningKey("other"), limit=1)) == []


async def test_by_key_and_time(store: Store) -> None:
    other = replace(session("c"), lessons=replace(session().lessons, key=LearningKey("other")))
    for each in (at("a", 8), at("b", 10), other):
        await store.sessions.finish(each)
    assert await names(store, Selection(ALL, LearningKey("other"))) == ["c"]
    assert await names(store, Selection(ALL, KEY, since=datetime(2026, 3, 2, 9, tzinfo=UTC))) == ["b"]
    east = timezone(timedelta(hours=2))
    assert await names(store, Selection(ALL, KEY, since=datetime(2026, 3, 2, 10, tzinfo=east))) == ["a", "b"]
    assert await names(store, Selection(ALL, KEY, since=datetime(2026, 3, 2, 8, tzinfo=UTC))) == ["a", "b"]


async def test_the_first_events_of_the_last_play(store: Store) -> None:
    one, two = session("a"), session("b")
    for number in range(5):
        await store.recorder.record(Event(one.session_id, "student.step", "student", {"number": number}))
    await store.recorder.record(Event(two.session_id, "session.started", "runtime"))
    await store.recorder.flush()
    async with PostgresRecorder(store.database) as again:
        for number in range(10, 14):
            await again.record(Event(one.session_id, "student.step", "student", {"number": number}))
    await store.sessions.finish(one)
    await store.sessions.finish(two)
    await store.sessions.finish(session("silent"))
    for limit, expected in {2: [10, 11], 4: [10, 11, 12, 13], 200: [10, 11, 12, 13], 0: []}.items():
        first, second, silent = await chosen(store.database, Selection(ALL, event_limit=limit))
        assert [stored.event.payload["number"] for stored in first.events] == expected
        assert [stored.seq for stored in first.events] == list(range(1, len(expected) + 1))
        assert first.events_left_out == 4 - len(expected)
        assert len(second.events) + second.events_left_out == 1
        assert (silent.events, silent.events_left_out) == ((), 0)
    last = (await chosen(store.database, Selection(ALL)))[0].events[-1]
    assert last.event == Event(one.session_id, "student.step", "student", {"number": 13})
    assert datetime.fromisoformat(last.created_at).utcoffset() == timedelta(0)
    assert last.id > 0


async def test_what_happens_meanwhile_changes_nothing(store: Store) -> None:
    for number in range(BATCH + 2):
        await store.sessions.finish(failed(f"t{number:02}"))
    seen: list[tuple[str, str, bool]] = []
    async with aclosing(stored_sessions(store.database, Selection(ALL))) as sessions:
        async for stored in sessions:
            if not seen:
                await decide(store, f"t{BATCH + 1:02}", "quarantined")
                await store.sessions.finish(session(f"t{BATCH:02}"))
                await store.sessions.finish(session("new"))
            seen.append((stored.session.slot.task_id, stored.review_status, stored.session.failure is not None))
    assert seen == [(f"t{number:02}", "pending", True) for number in range(BATCH + 2)]


async def test_a_reader_that_stops_early_gives_its_connection_back(store: Store) -> None:
    for number in range(BATCH + 1):
        await store.sessions.finish(session(f"t{number}"))
    for _ in range(10):  # more often than the pool has connections
        async with aclosing(stored_sessions(store.database, Selection(ALL))) as sessions:
            async for _stored in sessions:
                break
    assert len(await names(store, Selection(ALL))) == BATCH + 1


async def test_a_record_of_another_version_is_told(store: Store) -> None:
    await store.sessions.finish(session("a"))
    async with store.database.connection() as connection:
        await connection.execute("UPDATE sessions SET record = record - 'family'")
    with pytest.raises(StorageError, match=r"run-1/learn/a/0 was stored in a form .*: .*family"):
        await chosen(store.database, Selection(ALL))


KEPT = "run_id, arm, trial, task, status, learning_key, playbook_version, simulated, metadata, created_at"


async def multiply(store: Store, count: int) -> None:
    """`count` more copies of the stored session, each with 5 events, made in the database."""
    async with store.database.connection() as connection:
        await connection.execute(
            f"""
            INSERT INTO sessions (session_key, task_id, record, {KEPT})
            SELECT 'run-1/learn/copy-' || n || '/0', 'copy-' || n,
                jsonb_set(record, '{{slot,task_id}}', to_jsonb('copy-' || n)), {KEPT}
            FROM sessions, generate_series(1, %s) AS n WHERE task_id = 't'
            """.encode(),
            [count],
        )
        await connection.execute(
            """
            INSERT INTO trajectory_events (session_key, play, seq, event_type, actor, event)
            SELECT session_key, 1, seq, 'student.step', 'student',
                '{"event_type": "student.step", "actor": "student", "payload": {"text": "so it went"}}'
            FROM sessions, generate_series(1, 5) AS seq
            """
        )


async def test_memory_does_not_grow_with_the_number_of_sessions(new_database: Callable[[], str]) -> None:
    async def peak(count: int) -> tuple[int, int]:
        async with open_store(new_database()) as store:
            await store.sessions.finish(session("t"))
            await multiply(store, count)
            read = 0
            tracemalloc.start()
            async with aclosing(stored_sessions(store.database, Selection(ALL))) as sessions:
                async for stored in sessions:
                    assert len(stored.events) == 5
                    read += 1
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return read, most

    few, many = await peak(100), await peak(2000)
    assert (few[0], many[0]) == (101, 2001)
    assert many[1] < 1.5 * few[1] + 100_000
