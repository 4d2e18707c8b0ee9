"""The store: one database with everything in it that Atlas keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from atlas.storage.candidates import PostgresCandidates
from atlas.storage.config import ReviewConfig, StorageConfig
from atlas.storage.database import Database
from atlas.storage.entry_uses import PostgresEntryUses
from atlas.storage.events import PostgresRecorder
from atlas.storage.history import PostgresHistory
from atlas.storage.migrations import migrate, require_current
from atlas.storage.playbooks import PostgresPlaybooks
from atlas.storage.runs import PostgresRuns
from atlas.storage.sessions import PostgresSessions


@dataclass(frozen=True, slots=True)
class Store:
    """The parts of an open store."""

    database: Database
    runs: PostgresRuns
    sessions: PostgresSessions
    playbooks: PostgresPlaybooks
    recorder: PostgresRecorder
    history: PostgresHistory
    entry_uses: PostgresEntryUses
    candidates: PostgresCandidates


@asynccontextmanager
async def open_store(
    url: str, config: StorageConfig | None = None, review: ReviewConfig | None = None
) -> AsyncIterator[Store]:
    """The store at `url`, its schema brought up to date or checked. Raises `StorageError`."""
    config, review = config or StorageConfig(), review or ReviewConfig()
    database = Database(
        url,
        min_connections=config.min_connections,
        max_connections=config.max_connections,
        statement_timeout_s=config.statement_timeout_seconds,
    )
    async with database:
        if config.apply_schema_on_connect:
            await migrate(database)
        else:
            await require_current(database)
        async with PostgresRecorder(database) as recorder:
            yield Store(
                database,
                PostgresRuns(database),
                PostgresSessions(database, recorder, approved=not review.require_approval),
                PostgresPlaybooks(database),
                recorder,
                PostgresHistory(database),
                PostgresEntryUses(database),
                PostgresCandidates(database),
            )
