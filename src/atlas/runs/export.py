"""An export: the sessions of the store as JSON lines, or the schema of such a line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
import typer

from atlas.core.playbook import LearningKey
from atlas.errors import AtlasError, ConfigError
from atlas.export.record import Exported, ExportedEvent
from atlas.export.schema import session_schema
from atlas.export.sessions import stream_sessions
from atlas.runs.store import open_database, redactor
from atlas.settings import Settings
from atlas.storage.database import Database
from atlas.storage.reviews import PostgresReviews, ReviewStatus
from atlas.storage.stored_sessions import Selection, StoredSession, stored_sessions


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What `atlas export` was asked for. `since` is an ISO date or time, of UTC where it names no offset."""

    output: Path | None
    database_url: str | None
    statuses: tuple[ReviewStatus, ...]
    learning_key: str | None
    since: str | None
    limit: int | None
    event_limit: int

    @property
    def selection(self) -> Selection:
        """Which sessions are meant. Raises `ConfigError` for a date that is none."""
        key = LearningKey(self.learning_key) if self.learning_key else None
        since = _moment(self.since) if self.since else None
        return Selection(self.statuses, key, since, self.limit, self.event_limit)


def print_schema() -> None:
    """The JSON Schema of a record, on standard output."""
    typer.echo(orjson.dumps(session_schema(), option=orjson.OPT_INDENT_2))


async def export_sessions(plan: ExportPlan, settings: Settings) -> None:
    """Write the sessions of the store, in the order they were finished, whole or not at all.

    Raises `ConfigError` for wrong input, `AtlasError` when no session fits (no file is written then), and
    `StorageError` when the database or the disk fails; what stood in the file before is then unchanged.
    """
    output, selection = _output(plan), plan.selection
    async with open_database(settings, plan.database_url) as database:
        counts = await PostgresReviews(database).counts(selection.learning_key)
        if not any(counts[status] for status in selection.statuses):
            raise AtlasError(_nothing(plan, counts))
        async with aclosing(_exported(database, selection)) as sessions:
            count = await stream_sessions(output, _at_least_one(sessions), redactor(settings, plan.database_url))
    what = f"{' and '.join(selection.statuses)} {'session' if count == 1 else 'sessions'}"
    typer.echo(f"{count} {what} written to {output}{_left_out(plan, counts)}")


def _output(plan: ExportPlan) -> Path:
    if plan.output is None:
        raise ConfigError("--output is missing; name the file to write, for example --output sessions.jsonl")
    if plan.output.is_dir():
        raise ConfigError(f"--output {plan.output} is a folder; name a file in it")
    return plan.output


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            f"--since {text!r} is no date; write it like 2026-03-02 or 2026-03-02T09:00:00+01:00"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _exported(database: Database, selection: Selection) -> AsyncGenerator[Exported, None]:
    async with aclosing(stored_sessions(database, selection)) as sessions:
        async for stored in sessions:
            yield _with_review(stored)


async def _at_least_one(sessions: AsyncIterator[Exported]) -> AsyncIterator[Exported]:
    """`sessions`; raises `AtlasError` when there is none, so that no earlier file is replaced by an empty one."""
    found = False
    async for session in sessions:
        found = True
        yield session
    if not found:
        raise AtlasError("no session was finished since then; nothing was written")


def _with_review(stored: StoredSession) -> Exported:
    events = (ExportedEvent(each.event, each.seq, each.id, each.created_at) for each in stored.events)
    return Exported(
        stored.session,
        stored.task,
        review_status=stored.review_status,
        review_notes=stored.review_notes,
        events=tuple(events),
        events_left_out=stored.events_left_out,
    )


def _nothing(plan: ExportPlan, counts: dict[ReviewStatus, int]) -> str:
    of_key = f" under learning key {plan.learning_key!r}" if plan.learning_key else ""
    if not any(counts.values()):
        return f"there is no session{of_key} in this store, so nothing was written"
    others = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    wanted = " or ".join(plan.statuses)
    return (
        f"no session{of_key} is {wanted} ({others}), so nothing was written; approve some with "
        "`atlas review approve`, or name the status with --include-status"
    )


def _left_out(plan: ExportPlan, counts: dict[ReviewStatus, int]) -> str:
    others = [f"{count} {status}" for status, count in counts.items() if count and status not in plan.statuses]
    return f"; left out by review: {', '.join(others)}" if others else ""
