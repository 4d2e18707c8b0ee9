"""Stored sessions: each with its review and its events, streamed in constant memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from atlas.core.events import Event
from atlas.core.json import from_json
from atlas.core.playbook import LearningKey
from atlas.core.session import Session, SessionId
from atlas.storage.database import Connection, Database
from atlas.storage.events import StoredEvent
from atlas.storage.reviews import ReviewStatus
from atlas.storage.sessions import session_from

BATCH = 20

# One snapshot for all batches: a session that is stored, replayed or reviewed meanwhile changes nothing.
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CHOSEN = """
FROM sessions WHERE review_status = ANY(%(statuses)s)
    AND (%(key)s::text IS NULL OR learning_key = %(key)s)
    AND (%(since)s::timestamptz IS NULL OR completed_at >= %(since)s)
"""
_FIRST = f"SELECT min(id) FROM (SELECT id {_CHOSEN} ORDER BY id DESC LIMIT %(limit)s) AS chosen"
_SELECT = f"""
SELECT session_key, record, task, review_status, review_notes {_CHOSEN}
    AND (%(first)s::bigint IS NULL OR id >= %(first)s) ORDER BY id
"""
# `seq` counts from 1 within a play, so the first events are those up to the limit, and the last one tells how many.
_EVENTS = """
SELECT last.session_key, last.total, given.id, given.seq, given.created_at, given.event
FROM unnest(%(keys)s::text[]) AS wanted (session_key)
CROSS JOIN LATERAL (
    SELECT session_key, play, seq AS total FROM trajectory_events WHERE session_key = wanted.session_key
    ORDER BY play DESC, seq DESC LIMIT 1
) AS last
LEFT JOIN trajectory_events AS given
    ON given.session_key = last.session_key AND given.play = last.play AND given.seq <= %(limit)s
ORDER BY last.session_key, given.seq
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sessions are meant. `since` (with an offset) is held against the time a session was finished.

    With a `limit` it is the last so many of them. Of the events of each the first `event_limit` are given.
    """

    statuses: tuple[ReviewStatus, ...]
    learning_key: LearningKey | None = None
    since: datetime | None = None
    limit: int | None = None
    event_limit: int = 200


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session with what is stored beside it. `events` are those of its last play, oldest first."""

    session: Session
    task: str
    review_status: ReviewStatus
    review_notes: str | None
    events: tuple[StoredEvent, ...] = ()
    events_left_out: int = 0


@dataclass(slots=True)
class _Play:
    total: int
    events: list[StoredEvent] = field(default_factory=list)


async def stored_sessions(database: Database, selection: Selection) -> AsyncGenerator[StoredSession, None]:
    """The sessions in the order they were finished, a batch in memory at a time, all of one moment.

    Holds a connection: close it (`contextlib.aclosing`) when it is not read to its end. Raises `StorageError`.
    """
    async with database.connection() as connection, connection.transaction():
        await connection.execute(_SNAPSHOT)
        wanted = _parameters(selection, await _first(connection, selection))
        async with connection.cursor("stored_sessions") as cursor:
            await cursor.execute(_SELECT.encode(), wanted)
            while rows := await cursor.fetchmany(BATCH):
                plays = await _plays(connection, [row[0] for row in rows], selection.event_limit)
                for session_id, record, task, status, notes in rows:
                    play = plays.get(session_id, _Play(0))
                    yield StoredSession(
                        session_from(session_id, record),
                        task,
                        status,
                        notes,
                        tuple(play.events),
                        play.total - len(play.events),
                    )


async def _first(connection: Connection, selection: Selection) -> int | None:
    """The number of the first session wanted, None for no bound."""
    if selection.limit is None:
        return None
    wanted = {**_parameters(selection, None), "limit": selection.limit}
    row = await (await connection.execute(_FIRST.encode(), wanted)).fetchone()
    return row[0] if row else None


def _parameters(selection: Selection, first: int | None) -> dict[str, object]:
    return {
        "statuses": list(selection.statuses),
        "key": selection.learning_key,
        "since": selection.since,
        "first": first,
    }


async def _plays(connection: Connection, keys: Sequence[SessionId], limit: int) -> dict[SessionId, _Play]:
    """The events of a batch of sessions, in one query."""
    rows = await (await connection.execute(_EVENTS, {"keys": list(keys), "limit": limit})).fetchall()
    plays: dict[SessionId, _Play] = {}
    for session_id, total, number, seq, created_at, event in rows:
        play = plays.setdefault(session_id, _Play(total))
        if number is not None:
            stored = from_json(Event, {**event, "session_id": session_id})
            play.events.append(StoredEvent(number, seq, _utc(created_at), stored))
    return plays


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
