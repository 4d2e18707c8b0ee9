"""Candidates in PostgreSQL: lessons that wait, the version proposed from them, and what was decided about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from atlas.core.json import JsonValue, from_json
from atlas.core.playbook import LearningKey, Playbook, Proposal
from atlas.core.session import RunId, SessionId
from atlas.core.trial import Fingerprint, Trial
from atlas.errors import StorageError, VersionConflict
from atlas.storage import playbooks as stored
from atlas.storage.database import Connection, Database
from atlas.storage.jsonb import jsonb

CandidateStatus: TypeAlias = Literal["staged", "accepted", "rejected", "withdrawn"]

_PENDING = """
SELECT session_key, record -> 'proposal' FROM sessions
WHERE learning_key = %s AND lesson = 'pending' AND review_status <> 'quarantined' ORDER BY id
"""
_STAGED = "SELECT id, base, sources, body FROM playbook_candidates WHERE learning_key = %s AND status = 'staged'"
_STAGE = """
INSERT INTO playbook_candidates (learning_key, base, run_id, sources, body) VALUES (%s, %s, %s, %s, %s) RETURNING id
"""
_DECIDE = """
UPDATE playbook_candidates
SET status = %(status)s, decision = %(decision)s, version = %(version)s, decided_at = now()
WHERE id = %(id)s AND status = 'staged'
"""
_SETTLE = "UPDATE sessions SET lesson = %s WHERE session_key = ANY(%s) AND lesson = 'pending'"
_FINGERPRINTS = "SELECT record -> 'fingerprint' FROM sessions WHERE session_key = ANY(%s)"
_HISTORY = """
SELECT id, base, status, version, decision, created_at::text FROM playbook_candidates
WHERE learning_key = %s ORDER BY id
"""
# Two numbers, so that it is never the lock of a run, which has one.
_TRY = "SELECT pg_try_advisory_lock(5, hashtext(%s))"
_WAIT = "SELECT set_config('statement_timeout', '0', false), pg_advisory_lock(5, hashtext(%s))"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a session taught, waiting to be tried."""

    session_id: SessionId
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Staged:
    """A proposed version that no session reads. `playbook.version` is one more than that of its base."""

    id: int
    base: int
    sources: tuple[SessionId, ...]
    playbook: Playbook


@dataclass(frozen=True, slots=True)
class PastCandidate:
    """A candidate and what became of it; `version` is the one that it became."""

    id: int
    base: int
    status: CandidateStatus
    version: int | None
    trial: Trial | None
    created_at: str


class PostgresCandidates:
    """The table of candidates, and the lessons of sessions that wait to be in one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def deciding(self, key: LearningKey, *, wait: bool) -> AsyncIterator[bool]:
        """Whether we are the one who decides about `key`: of all processes one does. `wait` for one's turn."""
        async with self._database.lone_connection() as connection:
            if wait:
                await connection.execute(_WAIT, [key])
                yield True
                return
            row = await (await connection.execute(_TRY, [key])).fetchone()
            yield bool(row and row[0])

    async def pending(self, key: LearningKey) -> tuple[Lesson, ...]:
        """Lessons that wait, in the order in which their sessions were finished; none of a quarantined one."""
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_PENDING, [key])).fetchall()
        return tuple(Lesson(session_id, _proposal(session_id, given)) for session_id, given in rows)

    async def staged(self, key: LearningKey) -> Staged | None:
        """The candidate that waits for its decision."""
        async with self._database.connection() as connection:
            row = await (await connection.execute(_STAGED, [key])).fetchone()
        if row is None:
            return None
        return Staged(row[0], row[1], tuple(row[2]), stored.playbook_from(key, row[3]))

    async def stage(self, playbook: Playbook, base: int, sources: Sequence[SessionId], run_id: RunId) -> Staged:
        """Store a proposed version. Raises `StorageError` when one is staged for its key already."""
        given = [playbook.key, base, run_id, list(sources), jsonb(playbook)]
        async with self._database.connection() as connection:
            row = await (await connection.execute(_STAGE, given)).fetchone()
        assert row is not None
        return Staged(row[0], base, tuple(sources), playbook)

    async def accept(self, staged: Staged, trial: Trial) -> Playbook:
        """Make the candidate the next version, with the trial it was accepted upon.

        Raises `VersionConflict` when its base is no longer the newest version, and `ConfigError` when a session
        that taught it was quarantined meanwhile; nothing is saved then.
        """
        playbook = replace(staged.playbook, trial=trial)
        async with self._database.connection() as connection:
            with stored.version_conflicts(playbook):
                async with connection.transaction():
                    await stored.require_none_quarantined(connection, playbook)
                    await stored.write(connection, playbook, None)
                    await self._decided(connection, staged, "accepted", trial, playbook.version)
        return playbook

    async def reject(self, staged: Staged, trial: Trial) -> None:
        """Drop the candidate and its lessons; what it was and why stays on record."""
        async with self._database.connection() as connection, connection.transaction():
            await self._decided(connection, staged, "rejected", trial, None)

    async def withdraw(self, staged: Staged) -> None:
        """Take the candidate back undecided: its base has moved. Its lessons wait again."""
        async with self._database.connection() as connection:
            await connection.execute(_DECIDE, _row(staged, "withdrawn", None, None))

    async def dismiss(self, sources: Iterable[SessionId]) -> None:
        """These sessions taught nothing that would change the playbook."""
        async with self._database.connection() as connection:
            await connection.execute(_SETTLE, ["empty", list(sources)])

    async def fingerprints(self, sources: Iterable[SessionId]) -> tuple[tuple[Fingerprint, ...], int]:
        """The tasks of these sessions, and how many of the sessions have none on record."""
        wanted = sorted(set(sources))
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_FINGERPRINTS, [wanted])).fetchall()
        known = tuple(from_json(Fingerprint, row[0]) for row in rows if row[0] is not None)
        return known, len(wanted) - len(known)

    async def history(self, key: LearningKey) -> tuple[PastCandidate, ...]:
        """Every candidate of a key, oldest first."""
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_HISTORY, [key])).fetchall()
        return tuple(
            PastCandidate(number, base, status, version, from_json(Trial, trial) if trial else None, created)
            for number, base, status, version, trial, created in rows
        )

    async def _decided(
        self, connection: Connection, staged: Staged, status: CandidateStatus, trial: Trial, version: int | None
    ) -> None:
        changed = await connection.execute(_DECIDE, _row(staged, status, trial, version))
        if changed.rowcount != 1:
            raise VersionConflict(f"the candidate for playbook {staged.playbook.key} was decided by somebody else")
        await connection.execute(_SETTLE, [status, list(staged.sources)])


def _row(staged: Staged, status: CandidateStatus, trial: Trial | None, version: int | None) -> dict[str, object]:
    decision = jsonb(trial) if trial else None
    return {"id": staged.id, "status": status, "decision": decision, "version": version}


def _proposal(session_id: SessionId, given: JsonValue) -> Proposal:
    if given is None:
        return Proposal()
    try:
        return from_json(Proposal, given)
    except ValueError as error:
        raise StorageError(f"session {session_id} was stored in a form this Atlas cannot read: {error}") from error
