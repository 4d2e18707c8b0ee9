"""Events in PostgreSQL: written ahead, in batches, while the session runs."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from types import TracebackType

from psycopg.types.json import Jsonb

from atlas.core.events import Actor, Event
from atlas.core.json import from_json
from atlas.core.session import SessionId
from atlas.errors import StorageError
from atlas.storage.database import Database
from atlas.storage.jsonb import encode

# Long enough to share one commit between many events, short enough to lose next to nothing to a kill -9.
FLUSH_DELAY_S = 0.02
MAX_WAITING = 1_000

# A batch whose commit was not confirmed is sent again, hence ON CONFLICT.
_INSERT = """
INSERT INTO trajectory_events (play, session_key, seq, event_type, actor, event)
SELECT %s, given.* FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::jsonb[]) AS given
ON CONFLICT DO NOTHING
"""
_LOAD = """
SELECT id, seq, created_at::text, event FROM trajectory_events
WHERE session_key = %(key)s AND play = (SELECT max(play) FROM trajectory_events WHERE session_key = %(key)s)
ORDER BY seq
"""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as stored. `seq` counts from 1 within one play of a session; `created_at` is when it was stored."""

    id: int
    seq: int
    created_at: str
    event: Event


@dataclass(frozen=True, slots=True)
class _Row:
    """An event on its way to the table."""

    session_id: SessionId
    seq: int
    event_type: str
    actor: Actor
    body: Jsonb


class PostgresRecorder:
    """Implements `Recorder`. An asynchronous context manager: closing it stores what is still waiting.

    Events are stored some 20 ms after they are recorded. When that fails they are kept, and the next `record` tries
    again and raises `StorageError` if it still fails, as closing does.
    """

    def __init__(self, database: Database, flush_delay_s: float = FLUSH_DELAY_S) -> None:
        self._database, self._flush_delay_s = database, flush_delay_s
        self._waiting: list[_Row] = []
        self._recorded: Counter[SessionId] = Counter()
        self._flushing = asyncio.Lock()
        self._failed = False
        self._flusher: asyncio.Task[None] | None = None
        self._play = 0

    async def __aenter__(self) -> PostgresRecorder:
        async with self._database.connection() as connection:
            row = await (await connection.execute("SELECT nextval('plays')")).fetchone()
        self._play = row[0] if row else 0
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._flusher:
            await self._flusher
        await self.flush()

    async def record(self, event: Event) -> None:
        """Take an event; events of one session keep their order. Waits only when the database falls far behind.

        Raises `StorageError` when earlier events could not be stored and still cannot.
        """
        # Encoded here, so that a payload that is no JSON is the caller's error and not the batch's.
        body = encode({"event_type": event.event_type, "actor": event.actor, "payload": event.payload})
        self._recorded[event.session_id] += 1
        seq = self._recorded[event.session_id]
        self._waiting.append(_Row(event.session_id, seq, event.event_type, event.actor, Jsonb(body, dumps=bytes)))
        if self._failed or len(self._waiting) >= MAX_WAITING:
            await self.flush()
        elif self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush_soon())

    async def flush(self) -> None:
        """Store everything recorded so far. Raises `StorageError`; what could not be stored is kept then."""
        async with self._flushing:
            batch = self._waiting[:]
            if not batch:
                return
            try:
                await self._insert(batch)
            except StorageError:
                self._failed = True
                raise
            self._failed = False
            del self._waiting[: len(batch)]

    async def of_session(self, session_id: SessionId) -> tuple[StoredEvent, ...]:
        """What was stored of the last play of a session, in order."""
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_LOAD, {"key": session_id})).fetchall()
        return tuple(
            StoredEvent(number, seq, created, from_json(Event, {**event, "session_id": session_id}))
            for number, seq, created, event in rows
        )

    async def _flush_soon(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._flush_delay_s)
            try:
                await self.flush()
            except StorageError:
                # Nobody awaits this task. The events are kept, and `_failed` makes the next caller try and see.
                return

    async def _insert(self, batch: list[_Row]) -> None:
        columns = (
            [row.session_id for row in batch],
            [row.seq for row in batch],
            [row.event_type for row in batch],
            [row.actor for row in batch],
            [row.body for row in batch],
        )
        async with self._database.connection() as connection:
            await connection.execute(_INSERT, [self._play, *columns])
