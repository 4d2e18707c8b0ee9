"""Group queues in PostgreSQL: what a method has returned from is there for the next server, byte for byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from atlas.core.group_queue import Batch, BatchId, GroupEntry, GroupId, IncomingGroup, Producer, Registration
from atlas.errors import StorageError
from atlas.storage.database import Database
from atlas.storage.groups import PostgresGroups
from atlas.storage.migrations import migrate

_END_LOCK_HOLDERS = """
SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND datname = current_database() AND pid <> pg_backend_pid()
"""
REGISTRATION = Registration("g", "p", 8, 100, "c", 1, 5, 10)


def incoming(number: int, *, unit: int | None = None, env_id: int | None = 0) -> IncomingGroup:
    body = b'{"text":"\\u0000 \xc3\xa9"}' + bytes(str(number), "ascii")
    placed = GroupId(unit) if unit else None
    return IncomingGroup(GroupEntry(GroupId(number), env_id, 4, len(body), b"digest", placed), body)


def batch(number: int, *groups: IncomingGroup) -> Batch:
    return Batch(BatchId(number), tuple(group.entry for group in groups))


@pytest.fixture
async def groups(database: Database) -> AsyncIterator[PostgresGroups]:
    """An empty queue that this server has."""
    await migrate(database)
    async with PostgresGroups(database, "queue") as store:
        await store.load()
        await store.reset()
        yield store


async def test_a_queue_comes_back(groups: PostgresGroups) -> None:
    empty = await groups.load()
    assert (empty.registration, empty.started, empty.producers, empty.groups) == (None, False, (), ())
    producer = Producer(0, "a", "a_0", 1.0, 4, 100, 0.5)
    sent = [incoming(1, unit=1), incoming(2), incoming(3, unit=3, env_id=None)]
    await groups.register(REGISTRATION, 5)
    await groups.start()
    await groups.keep_producer(producer)
    await groups.keep_producer(producer)
    await groups.add(sent, {}, ())
    await groups.add([incoming(4, unit=4)], {GroupId(2): GroupId(4)}, ())
    groups.acknowledge(GroupId(3))
    await groups.form(batch(1, sent[0]), 6)
    record = await groups.load()
    assert (record.registration, record.started, record.step) == (REGISTRATION, True, 6)
    assert (record.producers, record.acknowledged) == ((producer,), 3)
    assert [(entry.group_id, entry.unit) for entry in record.groups] == [(2, 4), (3, 3), (4, 4)]
    assert record.batches == (batch(1, sent[0]),)
    assert await groups.bodies([GroupId(3), GroupId(1), GroupId(9)]) == [sent[2].body, sent[0].body]
    groups.acknowledge(GroupId(4))
    assert (await groups.load()).acknowledged == 4


async def test_only_what_was_delivered_is_gone(groups: PostgresGroups) -> None:
    sent = [incoming(number, unit=number) for number in (1, 2, 3)]
    await groups.add(sent, {}, ())
    for number, each in enumerate(sent, 1):
        await groups.form(batch(number, each), number)
    async with groups.delivering(BatchId(1)):
        pass
    with pytest.raises(RuntimeError, match="the client is gone"):
        async with groups.delivering(BatchId(2)):
            raise RuntimeError("the client is gone")
    async with groups.delivering(BatchId(3)):
        pass
    await groups.take_back(BatchId(3))
    assert (await groups.load()).batches == (batch(2, sent[1]), batch(3, sent[2]))
    assert await groups.bodies([GroupId(1)]) == [], "loading drops what was delivered"
    await groups.forget([BatchId(2)])
    record = await groups.load()
    assert (record.batches, record.groups) == ((batch(3, sent[2]),), ())


async def test_the_next_server_waits_for_a_delivery_that_is_being_committed(groups: PostgresGroups) -> None:
    await groups.add([incoming(1, unit=1)], {}, ())
    await groups.form(batch(1, incoming(1, unit=1)), 1)
    async with groups.delivering(BatchId(1)):
        loading = asyncio.create_task(groups.load())
        await asyncio.sleep(0.2)
        assert not loading.done()
    assert (await loading).batches == ()


async def test_a_server_that_was_replaced_can_write_nothing(groups: PostgresGroups, database: Database) -> None:
    await groups.add([incoming(1, unit=1)], {}, ())
    async with database.connection() as connection:
        await connection.execute("UPDATE group_queues SET epoch = epoch + 1 WHERE queue = 'queue'")
    for writing in (
        groups.add([incoming(2, unit=2)], {}, ()),
        groups.add([incoming(2, unit=2)], {GroupId(1): GroupId(2)}, ()),
        groups.form(batch(1, incoming(1)), 1),
        groups.register(REGISTRATION, 0),
        groups.start(),
        groups.keep_producer(Producer(0, "a", "a_0", 1.0, 4, 100)),
        groups.reset(),
    ):
        with pytest.raises(StorageError, match="another server has taken over the queue"):
            await writing
    groups.acknowledge(GroupId(99))
    record = await groups.load()
    assert [entry.group_id for entry in record.groups] == [1]
    assert record.acknowledged < 99
    assert await groups.bodies([GroupId(2)]) == []


async def test_one_server_at_a_time(groups: PostgresGroups, database: Database) -> None:
    with pytest.raises(StorageError, match="another server has the queue queue"):
        async with PostgresGroups(database, "queue", lock_timeout_s=0.1):
            pass
    async with PostgresGroups(database, "another") as other:
        assert (await other.load()).groups == ()


async def test_a_lock_that_was_lost_is_taken_again(groups: PostgresGroups, database: Database) -> None:
    await groups.add([incoming(1, unit=1)], {}, ())
    async with database.connection() as connection:
        await connection.execute(_END_LOCK_HOLDERS)
    assert len((await groups.load()).groups) == 1
    with pytest.raises(StorageError, match="another server has the queue"):
        async with PostgresGroups(database, "queue", lock_timeout_s=0.1):
            pass


async def test_keys_are_kept_with_their_groups_for_a_month(groups: PostgresGroups, database: Database) -> None:
    odd = "it's a \\ {key} ü"
    await groups.add([incoming(1, unit=1)], {}, {odd, "old"})
    assert await groups.accepted({odd, "old", "other"}) == {odd, "old"}
    with pytest.raises(StorageError):
        await groups.add([incoming(1, unit=1)], {}, {"with a group that is there already"})
    async with database.connection() as connection:
        await connection.execute(
            "UPDATE accepted_posts SET accepted_at = now() - interval '31 days' WHERE post_key = 'old'"
        )
    await groups.load()
    assert await groups.accepted({odd, "old", "with a group that is there already"}) == {odd}
    await groups.reset()
    assert await groups.accepted({odd}) == frozenset()
