"""The store that a command reads: the one it is given, or the one that the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from atlas.assembly import databases
from atlas.settings import Settings
from atlas.storage.database import Database
from atlas.storage.migrations import migrate
from atlas.telemetry.redaction import Redactor


@asynccontextmanager
async def open_database(
    settings: Settings, database_url: str | None, *, connections: int = 2, statement_timeout_s: float = 30.0
) -> AsyncIterator[Database]:
    """The store's database, its schema up to date. The embedded server is not started for a URL that is given.

    Raises `ConfigError` for what is no URL, `StorageError` when the database cannot be reached.
    """
    if database_url is not None:
        async with _current(database_url, connections, statement_timeout_s) as database:
            yield database
        return
    async with databases(settings) as addresses:
        async with _current(addresses.atlas_url, connections, statement_timeout_s) as database:
            yield database


def redactor(settings: Settings, database_url: str | None) -> Redactor:
    """Masks the secrets of the settings, and the URL that a command was given."""
    return Redactor((*settings.secrets(), database_url or ""))


@asynccontextmanager
async def _current(url: str, connections: int, statement_timeout_s: float) -> AsyncIterator[Database]:
    async with Database(url, max_connections=connections, statement_timeout_s=statement_timeout_s) as database:
        await migrate(database)
        yield database
