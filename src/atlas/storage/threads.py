"""Threads in PostgreSQL: what a report of a learning key counts, all of it at one moment."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg.rows import TupleRow

from atlas.core.impact import Evidence
from atlas.core.json import JsonObject
from atlas.core.playbook import LearningKey, Playbook
from atlas.core.session import SessionId
from atlas.core.thread import (
    BoundaryTally,
    CueSplit,
    DiscoveryRef,
    FaultExample,
    Faults,
    FaultTally,
    LatestSession,
    ModelTally,
    Moments,
    PairPattern,
    SessionFilter,
    SharedMoments,
    StreamBucket,
    Tally,
    ThreadId,
    UsageTally,
    VersionRow,
    WindowSession,
)
from atlas.storage import thread_sql
from atlas.storage.database import Connection, Database
from atlas.storage.entry_uses import evidence
from atlas.storage.playbooks import playbook_from

BATCH = 500
# Examples are looked for among the last failing sessions, not among all there ever were.
EXAMPLES, LOOKED_AT = 3, 300
BUCKETS, VERSIONS, DISCOVERIES = 24, 20, 5

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Aggregates over few groups gain nothing from compiled code, and wait for the compiler.
_NO_JIT = "SET LOCAL jit = off"


@dataclass(frozen=True, slots=True)
class FaultKinds:
    """Names of kinds of faults, each with the regular expression that a sentence of that kind matches.

    What the group of `category_pattern` matches is a kind of its own, its name after `category`.
    """

    names: tuple[str, ...]
    patterns: tuple[str, ...]
    category: str
    category_pattern: str


@dataclass(frozen=True, slots=True)
class FaultGroups:
    """The two windows as groups of faults beside the arms: a name and the numbers of the sessions in each."""

    recent_name: str
    recent: tuple[int, ...]
    baseline_name: str
    baseline: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session with the events of its last play by type."""

    session: LatestSession
    events_by_type: dict[str, int]


class PostgresThreads:
    """The threads of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chosen(
        self, selection: SessionFilter, keys: Sequence[LearningKey], limit: int | None
    ) -> tuple[tuple[ThreadId, int], ...]:
        """The threads with sessions that fit, and how many; of `keys` where there are any, else the last `limit`.

        The one used last comes first. Keyless sessions are a thread only among `keys`. Raises `StorageError`.
        """
        chosen = thread_sql.where(selection, thread=False, counted=False)
        wanted = {**_parameters(selection), "keys": list(keys) or None, "limit": limit}
        async with self._database.connection() as connection:
            rows = await _rows(connection, thread_sql.threads(chosen), wanted)
        return tuple((ThreadId(LearningKey(key), simulated), count) for key, simulated, count in rows)

    async def keyless(self, selection: SessionFilter) -> int:
        """How many sessions that fit read no playbook and fill none. Raises `StorageError`."""
        chosen = thread_sql.where(selection, thread=False, counted=False)
        async with self._database.connection() as connection:
            ((count,),) = await _rows(connection, thread_sql.keyless(chosen), _parameters(selection))
        return int(count)

    @asynccontextmanager
    async def snapshot(self, thread: ThreadId, selection: SessionFilter) -> AsyncIterator[ThreadReader]:
        """A reader of one thread, all of whose answers are of the same moment. Raises `StorageError`."""
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(_SNAPSHOT)
            await connection.execute(_NO_JIT)
            yield ThreadReader(connection, thread, selection)


class ThreadReader:
    """Counts one thread inside an open transaction."""

    def __init__(self, connection: Connection, thread: ThreadId, selection: SessionFilter) -> None:
        self._connection, self._thread = connection, thread
        self._wanted = {**_parameters(selection), "key": thread.key, "simulated": thread.simulated}
        self._counted = thread_sql.where(selection)
        self._all = thread_sql.where(selection, counted=False)

    async def arms(self) -> tuple[Tally, ...]:
        """By arm, in the order in which they were first played."""
        return tuple(map(_tally, await self._rows(thread_sql.tallies(self._counted, "arm"))))

    async def modes(self) -> tuple[Tally, ...]:
        """By execution mode."""
        return tuple(map(_tally, await self._rows(thread_sql.tallies(self._counted, "execution_mode"))))

    async def reviews(self) -> dict[str, int]:
        """Review status -> sessions, quarantined ones included."""
        return dict(await self._rows(thread_sql.reviews(self._all)))

    async def taught(self) -> dict[str, int]:
        """Arm -> versions of the playbook that its sessions led to."""
        return dict(await self._rows(thread_sql.TAUGHT))

    async def windows(self, stream: str, most: int) -> tuple[WindowSession, ...]:
        """The last `most` rewarded sessions of an arm, newest first."""
        rows = await self._rows(thread_sql.windows(self._counted), stream=stream, most=most)
        return tuple(WindowSession(number, key, _utc(at), *rest) for number, key, at, *rest in rows)

    async def buckets(self, stream: str) -> tuple[StreamBucket, ...]:
        """The scored sessions of an arm in parts of equal size, oldest first."""
        rows = await self._rows(thread_sql.buckets(self._counted), stream=stream, most=BUCKETS)
        return tuple(StreamBucket(*row) for row in rows)

    async def pairs(self, baseline_arm: str) -> tuple[PairPattern, ...]:
        """The tasks of every other arm against those of `baseline_arm`."""
        return tuple(
            PairPattern(*row)
            for row in await self._rows(thread_sql.pairs(self._counted), baseline_arm=baseline_arm)
        )

    async def faults(self, kinds: FaultKinds, groups: FaultGroups, sources: Sequence[SessionId]) -> Faults:
        """What required checks found wrong, by group and kind; 'other' is what no pattern matches."""
        named = {
            "kinds": list(kinds.names),
            "patterns": list(kinds.patterns),
            "category": kinds.category,
            "category_pattern": kinds.category_pattern,
        }
        grouped = {
            "recent_name": groups.recent_name,
            "recent": list(groups.recent),
            "baseline_name": groups.baseline_name,
            "baseline": list(groups.baseline),
        }
        looked = {"looked_at": LOOKED_AT, "most": EXAMPLES}
        tallies = await self._rows(thread_sql.fault_tallies(self._counted), **named, **grouped)
        examples = await self._rows(thread_sql.fault_examples(self._counted), **named, **looked)
        lost = await self._rows(thread_sql.boundaries(self._counted))
        found = await self._rows(thread_sql.SOURCES, **named, sources=list(sources))
        return Faults(
            tuple(FaultTally(*row) for row in tallies),
            tuple(FaultExample(*row) for row in examples),
            tuple(BoundaryTally(*row) for row in lost),
            {SessionId(key): tuple(kinds) for key, kinds in found},
        )

    async def usage(self) -> UsageTally:
        """Cues and adoptions."""
        (row,) = await self._rows(thread_sql.usage(self._counted))
        return UsageTally(*row)

    async def cue_split(self, column: str) -> CueSplit:
        """`reward_score` or `outcome_tokens` with and without a cue hit."""
        (row,) = await self._rows(thread_sql.cue_split(self._counted, column))
        return CueSplit(Moments(*row[:6]), Moments(*row[6:12]), SharedMoments(*row[12:]))

    async def evidence(self) -> tuple[Evidence, ...]:
        """What the thread's tracked sessions say of the entries, whatever is selected."""
        thread = self._thread
        return await evidence(self._connection, thread.key, simulated=thread.simulated)

    async def models(self) -> tuple[ModelTally, ...]:
        """By role and model."""
        rows = await self._rows(thread_sql.models(self._counted))
        return tuple(
            ModelTally(role, model, sessions, rewarded, mean, latest, _utc(seen))
            for role, model, sessions, rewarded, mean, latest, seen in rows
        )

    async def rubric_weights(self) -> JsonObject:
        """The weights of the newest run's rubric, {} where it names none."""
        rows = await self._rows(thread_sql.WEIGHTS)
        return rows[0][0] or {} if rows else {}

    async def discoveries(self) -> tuple[DiscoveryRef, ...]:
        """The last rows of `discovery_runs` that belong to the thread."""
        rows = await self._rows(thread_sql.discoveries(self._counted), most=DISCOVERIES)
        return tuple(DiscoveryRef(number, task, source, _utc(at)) for number, task, source, at in rows)

    async def latest(self, most: int) -> tuple[LatestSession, ...]:
        """The last sessions, newest first, whatever their review status."""
        return tuple(map(_listed, await self._rows(thread_sql.latest(self._all), most=most)))

    async def every_session(self) -> AsyncGenerator[ListedSession, None]:
        """All sessions, oldest first, a batch in memory at a time."""
        async with self._connection.cursor("every_session") as cursor:
            await cursor.execute(thread_sql.every(self._all).encode(), self._wanted)
            while rows := await cursor.fetchmany(BATCH):
                counted = await self._rows(thread_sql.EVENT_TYPES, keys=[row[1] for row in rows])
                by_type: dict[str, dict[str, int]] = {}
                for key, event_type, count in counted:
                    by_type.setdefault(key, {})[event_type] = count
                for row in rows:
                    yield ListedSession(_listed(row), by_type.get(row[1], {}))

    async def playbook(self) -> Playbook | None:
        """The newest version, None when nobody has saved one. Raises `StorageError` for a form it cannot read."""
        rows = await self._rows(thread_sql.PLAYBOOK)
        return playbook_from(self._thread.key, rows[0][0]) if rows else None

    async def versions(self) -> tuple[VersionRow, ...]:
        """The last versions of the playbook, newest first."""
        rows = await self._rows(thread_sql.VERSIONS, most=VERSIONS)
        return tuple(VersionRow(number, by, key, _utc(at), entries) for number, by, key, at, entries in rows)

    async def _rows(self, statement: str, **more: object) -> list[TupleRow]:
        return await _rows(self._connection, statement, {**self._wanted, **more})


async def _rows(connection: Connection, statement: str, wanted: dict[str, object]) -> list[TupleRow]:
    return await (await connection.execute(statement.encode(), wanted)).fetchall()


def _parameters(selection: SessionFilter) -> dict[str, object]:
    return {"project": selection.project, "task": selection.task, "tags": list(selection.tags)}


def _tally(row: TupleRow) -> Tally:
    name, sessions, failed, *rest = row
    return Tally(
        str(name) if name is not None else "none",
        sessions,
        failed,
        Moments(*rest[:6]),
        Moments(*rest[6:12]),
        Moments(*rest[12:18]),
        rest[18],
        rest[19],
        rest[20],
        (rest[21], rest[22]),
    )


def _listed(row: TupleRow) -> LatestSession:
    number, key, arm, at, *rest = row
    return LatestSession(number, key, arm, _utc(at), *rest)


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else ""
