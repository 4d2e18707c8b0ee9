"""A group queue in PostgreSQL: one row a group, held by one server at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Any

import psycopg
from psycopg import pq

from atlas.core.group_queue import (
    Batch,
    BatchId,
    GroupEntry,
    GroupId,
    IncomingGroup,
    Producer,
    QueueRecord,
    Registration,
)
from atlas.core.json import from_json
from atlas.errors import StorageError
from atlas.storage import bulk
from atlas.storage.database import Connection, Database
from atlas.storage.failures import storage_errors
from atlas.storage.group_rows import insertion, pieces
from atlas.storage.jsonb import jsonb
from atlas.storage.marks import Marks, marks

# The first half of the advisory lock of a queue, the other half being its name: "grup" in ASCII.
LOCK_CLASS = 0x67727570
# A server that was killed has its connections a moment longer.
LOCK_TIMEOUT_S = 3.0
LOCK_POLL_S = 0.1

_LOCK = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
_TAKE_OVER = """
INSERT INTO group_queues (queue, epoch) VALUES (%s, 1)
ON CONFLICT (queue) DO UPDATE SET epoch = group_queues.epoch + 1
RETURNING epoch, registration, started, step, acknowledged
"""
# FOR UPDATE waits for the commit of a server that was killed right after the last byte of a batch.
_BATCHES = """
SELECT batch_id, group_ids, delivered_at IS NOT NULL FROM group_batches WHERE queue = %s
ORDER BY batch_id FOR UPDATE
"""
_GROUPS = """
SELECT group_id, env_id, sequences, size_bytes, digest, unit FROM queued_groups WHERE queue = %s ORDER BY group_id
"""
_PRODUCERS = "SELECT producer FROM group_producers WHERE queue = %s ORDER BY env_id"
_REGISTER = "UPDATE group_queues SET registration = %s, step = %s WHERE queue = %s AND epoch = %s"
_START = "UPDATE group_queues SET started = true WHERE queue = %s AND epoch = %s"
_KEEP_PRODUCER = """
WITH held AS (SELECT queue FROM group_queues WHERE queue = %s AND epoch = %s FOR UPDATE)
INSERT INTO group_producers (queue, env_id, producer) SELECT queue, %s, %s FROM held
ON CONFLICT (queue, env_id) DO UPDATE SET producer = excluded.producer
"""
_ACKNOWLEDGE = b"""
UPDATE group_queues SET acknowledged = $1::bigint
WHERE queue = $2 AND epoch = $3::bigint AND acknowledged < $1::bigint
"""
_ACCEPTED = "SELECT post_key FROM accepted_posts WHERE queue = %s AND post_key = ANY(%s)"
# A sender that comes back after a month is not waited for.
_FORGET_KEYS = "DELETE FROM accepted_posts WHERE queue = %s AND accepted_at < now() - interval '30 days'"
_FORM = """
WITH held AS (UPDATE group_queues SET step = %s WHERE queue = %s AND epoch = %s RETURNING queue)
INSERT INTO group_batches (queue, batch_id, group_ids) SELECT queue, %s, %s::bigint[] FROM held
"""
_DELIVERED = "UPDATE group_batches SET delivered_at = now() WHERE queue = %s AND batch_id = %s"
_TAKE_BACK = "UPDATE group_batches SET delivered_at = NULL WHERE queue = %s AND batch_id = %s"
_FORGET = """
WITH gone AS (
    DELETE FROM group_batches WHERE queue = %(queue)s AND batch_id = ANY(%(batches)s) RETURNING group_ids
), bodies AS (
    DELETE FROM group_bodies WHERE queue = %(queue)s AND group_id IN (SELECT unnest(group_ids) FROM gone)
)
DELETE FROM queued_groups WHERE queue = %(queue)s AND group_id IN (SELECT unnest(group_ids) FROM gone)
"""
_BODIES = """
SELECT group_id, string_agg(body, NULL ORDER BY piece) FROM group_bodies
WHERE queue = %b AND group_id = ANY(%b::bigint[]) GROUP BY group_id
"""
_EMPTY = """
UPDATE group_queues SET registration = NULL, started = false, step = 0 WHERE queue = %s AND epoch = %s
"""
_TABLES = ("group_producers", "group_batches", "queued_groups", "group_bodies", "accepted_posts")
_CLEAR = tuple(f"DELETE FROM {table} WHERE queue = %s" for table in _TABLES)


class PostgresGroups:
    """The queue called `queue`. An asynchronous context manager; implements `GroupStore` inside."""

    def __init__(self, database: Database, queue: str, *, lock_timeout_s: float = LOCK_TIMEOUT_S) -> None:
        self._database, self._queue, self._lock_timeout_s = database, queue, lock_timeout_s
        self._epoch = 0
        self._marks: Marks | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> PostgresGroups:
        """Lock the queue. Raises `StorageError` when another server has it."""
        await self._hold()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._marks = None
        await self._stack.aclose()

    async def load(self) -> QueueRecord:
        await self._hold()
        async with self._database.connection() as connection, connection.transaction():
            row = await (await connection.execute(_TAKE_OVER, [self._queue])).fetchone()
            assert row is not None, "an insert that returns gives a row"
            self._epoch, registration, started, step, acknowledged = row
            batches = await self._rows(connection, _BATCHES)
            await connection.execute(
                _FORGET, {"queue": self._queue, "batches": [number for number, _, done in batches if done]}
            )
            await connection.execute(_FORGET_KEYS, [self._queue])
            groups = {row[0]: GroupEntry(*row) for row in await self._rows(connection, _GROUPS)}
            producers = await self._rows(connection, _PRODUCERS)
        undelivered = tuple(
            Batch(number, tuple(groups.pop(group) for group in members))
            for number, members, done in batches
            if not done
        )
        return QueueRecord(
            from_json(Registration, registration) if registration else None,
            started,
            step,
            tuple(from_json(Producer, row[0]) for row in producers),
            tuple(groups.values()),
            undelivered,
            acknowledged,
        )

    async def register(self, registration: Registration, step: int) -> None:
        await self._write(_REGISTER, [jsonb(registration), step, self._queue, self._epoch])

    async def start(self) -> None:
        await self._write(_START, [self._queue, self._epoch])

    async def keep_producer(self, producer: Producer) -> None:
        await self._write(_KEEP_PRODUCER, [self._queue, self._epoch, producer.env_id, jsonb(producer)])

    async def add(
        self, groups: Sequence[IncomingGroup], promoted: Mapping[GroupId, GroupId], keys: Collection[str]
    ) -> None:
        query = insertion(self._queue, self._epoch, [group.entry for group in groups], promoted, keys)
        async with self._database.connection() as connection:
            await bulk.write(connection, query, pieces(self._queue, groups), self._check_inserted)

    async def accepted(self, keys: Collection[str]) -> frozenset[str]:
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_ACCEPTED, [self._queue, list(keys)])).fetchall()
        return frozenset(row[0] for row in rows)

    def acknowledge(self, acknowledged: GroupId) -> None:
        if self._marks is None:
            raise StorageError(f"the lock of the queue {self._queue} was lost")
        with storage_errors(self._database.place):
            self._marks.send(*(str(value).encode() for value in (acknowledged, self._queue, self._epoch)))

    async def form(self, batch: Batch, step: int) -> None:
        members = [group.group_id for group in batch.groups]
        await self._write(_FORM, [step, self._queue, self._epoch, batch.batch_id, members])

    @asynccontextmanager
    async def delivering(self, batch_id: BatchId) -> AsyncIterator[None]:
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(_DELIVERED, [self._queue, batch_id])
            yield

    async def take_back(self, batch_id: BatchId) -> None:
        async with self._database.connection() as connection:
            await connection.execute(_TAKE_BACK, [self._queue, batch_id])

    async def forget(self, batch_ids: Sequence[BatchId]) -> None:
        async with self._database.connection() as connection:
            await connection.execute(_FORGET, {"queue": self._queue, "batches": list(batch_ids)})

    async def bodies(self, group_ids: Sequence[GroupId]) -> list[bytes]:
        async with self._database.connection() as connection:
            cursor = connection.cursor(binary=True)
            rows = await (await cursor.execute(_BODIES, [self._queue, list(group_ids)])).fetchall()
        found = dict(rows)
        return [found[group_id] for group_id in group_ids if group_id in found]

    async def reset(self) -> None:
        async with self._database.connection() as connection, connection.transaction():
            self._check(await connection.execute(_EMPTY, [self._queue, self._epoch]))
            for statement in _CLEAR:
                await connection.execute(statement.encode(), [self._queue])

    async def _rows(self, connection: Connection, query: str) -> list[tuple[Any, ...]]:
        return await (await connection.execute(query.encode(), [self._queue])).fetchall()

    async def _write(self, statement: str, values: Sequence[Any]) -> None:
        async with self._database.connection() as connection:
            self._check(await connection.execute(statement.encode(), values))

    def _check(self, done: Any) -> None:
        if not done.rowcount:
            raise self._taken_over()

    def _check_inserted(self, result: pq.abc.PGresult) -> None:
        if not result.command_tuples:
            raise self._taken_over()

    def _taken_over(self) -> StorageError:
        return StorageError(f"another server has taken over the queue {self._queue}")

    async def _hold(self) -> None:
        """Hold the lock of the queue on the connection of the marks, which is opened again after it was lost."""
        if self._marks is not None and await _answers(self._marks):
            return
        self._marks = None
        await self._stack.aclose()
        self._stack = AsyncExitStack()
        connection = await self._stack.enter_async_context(self._database.lone_connection())
        deadline = time.monotonic() + self._lock_timeout_s
        while not await self._locked(connection):
            if time.monotonic() > deadline:
                raise StorageError(
                    f"another server has the queue {self._queue} of database {self._database.place}; "
                    "stop it, or take another queue"
                )
            await asyncio.sleep(LOCK_POLL_S)
        # A mark has to outlive our own process only, so no disk is waited for.
        await connection.execute("SET synchronous_commit = off")
        self._marks = await self._stack.enter_async_context(marks(connection, _ACKNOWLEDGE))

    async def _locked(self, connection: Connection) -> bool:
        row = await (await connection.execute(_LOCK, [LOCK_CLASS, self._queue])).fetchone()
        return bool(row and row[0])


async def _answers(sent: Marks) -> bool:
    """Whether the connection is still there; all marks are carried out then."""
    try:
        await sent.settle()
    except psycopg.Error:
        return False
    return True
