"""A review: sessions listed, approved and quarantined, with what follows for the playbooks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import typer

from atlas.core.playbook import LearningKey, Playbook, Proposal
from atlas.core.session import SessionId
from atlas.errors import ConfigError, VersionConflict
from atlas.learning.curation import difference
from atlas.learning.withdrawal import reinstate, withdraw
from atlas.runs.store import open_database
from atlas.settings import Settings
from atlas.storage.playbooks import PostgresPlaybooks
from atlas.storage.reviews import PostgresReviews, Reviewed, ReviewStatus
from atlas.storage.sessions import PostgresSessions

ATTEMPTS = 20
"""How often a decision is made anew when a session or another person changed a playbook meanwhile."""

REQUEST_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The parts of the store that a review touches."""

    reviews: PostgresReviews
    playbooks: PostgresPlaybooks
    sessions: PostgresSessions


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a decision makes of one playbook."""

    before: Playbook
    after: Playbook

    def __str__(self) -> str:
        changes = difference(self.before, self.after)
        counts = {"removed": changes.removed, "added": changes.added, "reworded": changes.changed}
        told = ", ".join(f"{len(entries)} {what}" for what, entries in counts.items() if entries)
        return f"playbook {self.after.key} is now at version {self.after.version}: entries {told}"


async def list_sessions(
    settings: Settings,
    database_url: str | None,
    statuses: Sequence[ReviewStatus],
    learning_key: str | None,
    limit: int,
) -> None:
    """The sessions to be reviewed, newest first. Raises `StorageError`."""
    key = LearningKey(learning_key) if learning_key else None
    async with _reviewing(settings, database_url) as parts:
        found = await parts.reviews.listed(statuses, key, limit)
        counts = await parts.reviews.counts(key)
    for session in found:
        typer.echo(_lines(session))
    total = sum(counts[status] for status in statuses)
    told = ", ".join(f"{counts[status]} {status}" for status in statuses)
    shown = f"the last {len(found)} of " if len(found) < total else ""
    sessions = "session" if total == 1 else "sessions"
    typer.echo(f"{shown}{total} {sessions} ({told})" if total else f"no session is {' or '.join(statuses)}")


async def approve_sessions(settings: Settings, database_url: str | None, names: Sequence[str], note: str) -> None:
    """Approve sessions, all or none; what a quarantined one taught is merged into its playbook again.

    Raises `ConfigError` for an unknown session, `VersionConflict` when others keep changing the same playbooks.
    """
    await _decide(settings, database_url, names, "approved", note)


async def quarantine_sessions(
    settings: Settings, database_url: str | None, names: Sequence[str], note: str
) -> None:
    """Quarantine sessions, all or none, and take what they taught out of every playbook. Raises like approving."""
    if not note.strip():
        raise ConfigError("--note is empty; say why, for whoever finds these sessions quarantined")
    await _decide(settings, database_url, names, "quarantined", note)


async def _decide(
    settings: Settings, database_url: str | None, names: Sequence[str], status: ReviewStatus, note: str
) -> None:
    follow = _withdrawn if status == "quarantined" else _reinstated
    async with _reviewing(settings, database_url) as parts:
        for attempt in range(1, ATTEMPTS + 1):
            sessions = await parts.reviews.find(names)
            consequences = await follow(parts, sessions)
            try:
                changed = [consequence.after for consequence in consequences]
                await parts.reviews.decide(sessions, status, " ".join(note.split()), changed)
                break
            except VersionConflict:
                if attempt == ATTEMPTS:
                    raise
    for session in sessions:
        typer.echo(f"{status}: {session.id}  {session.session_id}")
    for consequence in consequences:
        typer.echo(str(consequence))


async def _withdrawn(parts: Reviewing, sessions: Sequence[Reviewed]) -> list[Consequence]:
    """Every playbook that holds something of a session quarantined now or before, without it."""
    own = sorted({session.learning_key for session in sessions})
    sources = {session.session_id for session in sessions} | await parts.reviews.quarantined(own)
    taught = await parts.playbooks.taught(sources)
    playbooks = {playbook.key: playbook for playbook in await parts.playbooks.holding(sources)}
    for key in taught.keys() - playbooks.keys():
        playbooks[key] = await parts.playbooks.load(key)
    author = f"review: quarantined {_named([session.session_id for session in sessions])}"
    changed = (
        (playbook, withdraw(playbook, sources, taught.get(key, []), author=author))
        for key, playbook in sorted(playbooks.items())
    )
    return [Consequence(before, after) for before, after in changed if after is not None]


async def _reinstated(parts: Reviewing, sessions: Sequence[Reviewed]) -> list[Consequence]:
    """The playbook of every session that was quarantined, with what it taught."""
    by_key: dict[LearningKey, list[SessionId]] = {}
    for session in sessions:
        if session.review_status == "quarantined":
            by_key.setdefault(session.learning_key, []).append(session.session_id)
    consequences = []
    for key, session_ids in sorted(by_key.items()):
        playbook = await parts.playbooks.load(key)
        proposals = [proposal async for proposal in _proposals(parts, session_ids)]
        after = reinstate(playbook, proposals, author=f"review: approved {_named(session_ids)}")
        if after is not None:
            consequences.append(Consequence(playbook, after))
    return consequences


async def _proposals(parts: Reviewing, session_ids: Sequence[SessionId]) -> AsyncIterator[Proposal]:
    for session_id in session_ids:
        session = await parts.sessions.finished(session_id)
        if session is not None and session.proposal is not None:
            yield session.proposal


def _named(session_ids: Sequence[SessionId]) -> str:
    others = len(session_ids) - 1
    return f"{session_ids[0]} and {others} more" if others else session_ids[0]


def _lines(session: Reviewed) -> str:
    reward = "no reward" if session.reward is None else f"reward {session.reward:.2f}"
    outcome = {True: "passed", False: "not passed", None: "not graded"}[session.success]
    state = "failed" if session.status == "failed" else outcome
    request = " ".join(session.task.split())
    shown = request if len(request) <= REQUEST_WIDTH else f"{request[:REQUEST_WIDTH]}..."
    head = f"{session.id:>6}  {session.review_status:<11}  {reward}, {state}, {session.completed_at[:19]}"
    notes = [f"        {line}" for line in (session.notes or "").splitlines()]
    return "\n".join([f"{head}  {session.session_id}", f"        {shown}", *notes])


@asynccontextmanager
async def _reviewing(settings: Settings, database_url: str | None) -> AsyncIterator[Reviewing]:
    async with open_database(settings, database_url) as database:
        yield Reviewing(PostgresReviews(database), PostgresPlaybooks(database), PostgresSessions(database))
