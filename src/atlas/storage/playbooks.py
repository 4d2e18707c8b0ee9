"""Playbooks in PostgreSQL: every version kept, the newest by compare-and-swap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from atlas.core.json import JsonObject, from_json
from atlas.core.playbook import Audience, LearningKey, Playbook
from atlas.core.session import SessionId
from atlas.errors import ConfigError, StorageError, VersionConflict
from atlas.storage.database import Connection, Database
from atlas.storage.jsonb import jsonb, plain_text

_CONFLICTS = {"playbook_versions_once", "playbook_versions_in_order"}

_INSERT_VERSION = """
INSERT INTO playbook_versions (learning_key, version, parent, author, session_key, body)
VALUES (%s, %s, %s, %s, %s, %s)
"""
# The version inserted just before is the newest and nobody else's: that row could not be inserted twice.
_POINT_TO_VERSION = """
INSERT INTO learning_registry (learning_key, version, student_learning, teacher_learning, metadata)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (learning_key) DO UPDATE SET version = excluded.version, student_learning = excluded.student_learning,
    teacher_learning = excluded.teacher_learning, metadata = excluded.metadata, updated_at = now()
"""
_VERSIONS = (
    "SELECT body, session_key, created_at::text FROM playbook_versions WHERE learning_key = %s ORDER BY version"
)
_NEWEST = """
SELECT body FROM playbook_versions JOIN learning_registry USING (learning_key, version) WHERE learning_key = %s
"""
_HOLDING = """
SELECT learning_key, body FROM playbook_versions JOIN learning_registry USING (learning_key, version)
WHERE jsonb_path_exists(
    body, '$.entries[*].provenance.source_session_id ? (@ == $sources[*])',
    jsonb_build_object('sources', to_jsonb(%s::text[]))
) ORDER BY learning_key
"""
_TAUGHT = """
SELECT new.learning_key, old.body, new.body FROM playbook_versions AS new
LEFT JOIN playbook_versions AS old ON old.learning_key = new.learning_key AND old.version = new.previous
WHERE new.session_key = ANY(%s) ORDER BY new.learning_key, new.version DESC
"""
# Locked, so that no session is quarantined while a version that holds its lessons is on its way.
_REVIEWS = "SELECT session_key, review_status FROM sessions WHERE session_key = ANY(%s) ORDER BY id FOR SHARE"


@dataclass(frozen=True, slots=True)
class PlaybookVersion:
    """A saved playbook: since when, and the session it was learned from (None when a person made it)."""

    playbook: Playbook
    session_id: SessionId | None
    created_at: str


class PostgresPlaybooks:
    """Implements `PlaybookStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, key: LearningKey) -> Playbook:
        """The newest version; the empty version 0 when nobody has saved one."""
        async with self._database.connection() as connection:
            row = await (await connection.execute(_NEWEST, [key])).fetchone()
        return playbook_from(key, row[0]) if row else Playbook(key)

    async def history(self, key: LearningKey) -> tuple[PlaybookVersion, ...]:
        """Every version, oldest first."""
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_VERSIONS, [key])).fetchall()
        return tuple(PlaybookVersion(playbook_from(key, body), session, created) for body, session, created in rows)

    async def keys(self) -> tuple[LearningKey, ...]:
        """All learning keys that have a playbook, in alphabetical order."""
        async with self._database.connection() as connection:
            rows = await (await connection.execute("SELECT learning_key FROM learning_registry")).fetchall()
        return tuple(sorted(LearningKey(row[0]) for row in rows))

    async def save(self, playbook: Playbook) -> None:
        """Save a version that no session taught: an edit, an import, a rollback.

        Raises `VersionConflict`, and `ConfigError` when it holds what a quarantined session taught.
        """
        async with self._database.connection() as connection:
            with version_conflicts(playbook):
                async with connection.transaction():
                    await require_none_quarantined(connection, playbook)
                    await write(connection, playbook, None)

    async def holding(self, sources: Iterable[SessionId]) -> tuple[Playbook, ...]:
        """The playbooks whose newest version has an entry that first came from one of `sources`, sorted by key."""
        async with self._database.connection() as connection:
            return await holding(connection, sources)

    async def taught(self, sources: Iterable[SessionId]) -> dict[LearningKey, list[tuple[Playbook, Playbook]]]:
        """What each of `sources` changed: learning key -> playbook before and after it, the last change first."""
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_TAUGHT, [list(sources)])).fetchall()
        changes: dict[LearningKey, list[tuple[Playbook, Playbook]]] = {}
        for key, before, after in rows:
            earlier = playbook_from(key, before) if before else Playbook(key)
            changes.setdefault(key, []).append((earlier, playbook_from(key, after)))
        return changes


async def write(connection: Connection, playbook: Playbook, session_id: SessionId | None) -> None:
    """Add `playbook` as the next version, inside the caller's transaction and `version_conflicts`."""
    key, version = playbook.key, playbook.version
    await connection.execute(
        _INSERT_VERSION, [key, version, playbook.parent, playbook.author, session_id, jsonb(playbook)]
    )
    await connection.execute(
        _POINT_TO_VERSION,
        [key, version, _pamphlet(playbook, "student"), _pamphlet(playbook, "teacher"), jsonb(_summary(playbook))],
    )


async def holding(connection: Connection, sources: Iterable[SessionId]) -> tuple[Playbook, ...]:
    """`PostgresPlaybooks.holding`, inside the caller's transaction."""
    rows = await (await connection.execute(_HOLDING, [list(sources)])).fetchall()
    return tuple(playbook_from(key, body) for key, body in rows)


@contextmanager
def version_conflicts(playbook: Playbook | None) -> Iterator[None]:
    """Around a transaction that writes `playbook`: its version being taken, or ahead, becomes `VersionConflict`."""
    try:
        yield
    except psycopg.IntegrityError as error:
        if playbook is None or error.diag.constraint_name not in _CONFLICTS:
            raise
        raise VersionConflict(
            f"playbook {playbook.key}: version {playbook.version} does not follow the stored one, "
            "somebody else saved first; load it again and merge"
        ) from error


async def require_none_quarantined(connection: Connection, playbook: Playbook) -> None:
    """Raise `ConfigError` when `playbook` holds what a quarantined session taught; locks the sessions behind it."""
    sources = sorted({entry.provenance.source_session_id for entry in playbook.entries} - {""})
    if not sources:
        return
    reviews: dict[str, str] = dict(await (await connection.execute(_REVIEWS, [sources])).fetchall())
    barred = [e for e in playbook.entries if reviews.get(e.provenance.source_session_id) == "quarantined"]
    if barred:
        listed = ", ".join(f"{entry.id} (session {entry.provenance.source_session_id})" for entry in barred)
        raise ConfigError(
            f"playbook {playbook.key}: what a quarantined session taught must not act: {listed}; leave it out, or "
            "approve the session with `atlas review approve`"
        )


def playbook_from(key: LearningKey, body: JsonObject) -> Playbook:
    """The playbook of a stored version. Raises `StorageError` for a form that this version cannot read."""
    try:
        return from_json(Playbook, body)
    except ValueError as error:
        raise StorageError(f"playbook {key} was stored in a form this Atlas cannot read: {error}") from error


def _pamphlet(playbook: Playbook, audience: Audience) -> str:
    lines = [
        f"- {entry.action.imperative}"
        for entry in playbook.entries
        if entry.audience == audience and entry.lifecycle == "active"
    ]
    return plain_text("\n".join(lines))


def _summary(playbook: Playbook) -> JsonObject:
    return {
        "playbook_version": playbook.version,
        "parent": playbook.parent,
        "author": playbook.author,
        "entries": dict(Counter(entry.lifecycle for entry in playbook.entries)),
        "rejected": len(playbook.rejected),
    }
