"""Reviews in PostgreSQL: what a person decided about a session, saved with what follows for the playbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.core.playbook import LearningKey, Playbook
from atlas.core.session import SessionId
from atlas.errors import ConfigError, VersionConflict
from atlas.storage import playbooks as stored
from atlas.storage.database import Database
from atlas.storage.jsonb import plain_text

ReviewStatus: TypeAlias = Literal["pending", "approved", "quarantined"]

_COLUMNS = """
SELECT id, session_key, learning_key, task, status, (metadata ->> 'success')::boolean,
    (reward_stats ->> 'score')::double precision, completed_at::text, review_status, review_notes FROM sessions
"""
_FIND = f"{_COLUMNS} WHERE session_key = ANY(%s) OR id = ANY(%s::bigint[]) ORDER BY id"
_CHOSEN = """
WHERE review_status = ANY(%(statuses)s) AND (%(key)s::text IS NULL OR learning_key = %(key)s)
"""
_LIST = f"{_COLUMNS} {_CHOSEN} ORDER BY id DESC LIMIT %(limit)s"
_COUNT = f"SELECT review_status, count(*) FROM sessions {_CHOSEN} GROUP BY review_status"
_QUARANTINED = "SELECT session_key FROM sessions WHERE learning_key = ANY(%s) AND review_status = 'quarantined'"
# The status is compared with the one that was read, so that of two decisions at once neither is lost unseen.
_DECIDE = """
UPDATE sessions SET review_status = %(status)s, review_notes = concat_ws(
    E'\n', review_notes,
    to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' ' || %(status)s || %(note)s
)
FROM unnest(%(ids)s::bigint[], %(known)s::text[]) AS read (id, review_status)
WHERE sessions.id = read.id AND sessions.review_status = read.review_status
"""
_STATUSES: tuple[ReviewStatus, ...] = ("pending", "approved", "quarantined")
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A stored session as a reviewer sees it.

    `reward` is in [0, 1], None where there is none; `notes` holds a line for every decision, the last one last.
    """

    id: int
    session_id: SessionId
    learning_key: LearningKey
    task: str
    status: Literal["succeeded", "failed"]
    success: bool | None
    reward: float | None
    completed_at: str
    review_status: ReviewStatus
    notes: str | None


class PostgresReviews:
    """The review columns of the table of sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, names: Sequence[str]) -> tuple[Reviewed, ...]:
        """The sessions of these numbers or ids, in the order of their numbers.

        Raises `ConfigError` that names those which are in this store under no number and no id.
        """
        numbers = [int(name) for name in names if name.isdecimal() and int(name) <= _LARGEST_ID]
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_FIND.encode(), [list(names), numbers])).fetchall()
        found = tuple(Reviewed(*row) for row in rows)
        known = {name for each in found for name in (str(each.id), each.session_id)}
        unknown = [name for name in names if name not in known and name.lstrip("0") not in known]
        if unknown:
            listed = ", ".join(unknown)
            raise ConfigError(f"no such session: {listed}; `atlas review list` shows the number and id of each")
        return found

    async def listed(
        self, statuses: Sequence[ReviewStatus], key: LearningKey | None, limit: int
    ) -> tuple[Reviewed, ...]:
        """The last `limit` sessions that have one of `statuses`, of one learning key or of all, newest first."""
        async with self._database.connection() as connection:
            wanted = {"statuses": list(statuses), "key": key, "limit": limit}
            rows = await (await connection.execute(_LIST.encode(), wanted)).fetchall()
        return tuple(Reviewed(*row) for row in rows)

    async def counts(self, key: LearningKey | None = None) -> dict[ReviewStatus, int]:
        """How many sessions have each status, of one learning key or of all; every status is there."""
        async with self._database.connection() as connection:
            wanted = {"statuses": list(_STATUSES), "key": key}
            rows = await (await connection.execute(_COUNT.encode(), wanted)).fetchall()
        return {**dict.fromkeys(_STATUSES, 0), **dict(rows)}

    async def quarantined(self, keys: Sequence[LearningKey]) -> frozenset[SessionId]:
        """The quarantined sessions of these learning keys."""
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_QUARANTINED, [list(keys)])).fetchall()
        return frozenset(SessionId(row[0]) for row in rows)

    async def decide(
        self,
        sessions: Sequence[Reviewed],
        status: ReviewStatus,
        note: str = "",
        playbooks: Sequence[Playbook] = (),
    ) -> None:
        """Set the status of `sessions` and add the note to their notes, with the next versions of playbooks.

        All in one transaction. Raises `VersionConflict`, with nothing saved, when a session was reviewed or a
        playbook saved since they were read, and when an entry of a session that is to be quarantined would
        still stand in the newest version of some playbook.
        """
        decision = {
            "status": status,
            "note": plain_text(f": {note}" if note else ""),
            "ids": [session.id for session in sessions],
            "known": [session.review_status for session in sessions],
        }
        async with self._database.connection() as connection, connection.transaction():
            changed = await connection.execute(_DECIDE, decision)
            if changed.rowcount != len(sessions):
                raise VersionConflict("a session was reviewed by somebody else meanwhile; run the command again")
            for playbook in sorted(playbooks, key=lambda each: each.key):
                with stored.version_conflicts(playbook):
                    await stored.write(connection, playbook, None)
            if status == "quarantined":
                holding = await stored.holding(connection, [session.session_id for session in sessions])
                if holding:
                    raise VersionConflict(f"playbook {holding[0].key} was changed meanwhile; run the command again")
