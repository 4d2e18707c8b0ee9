"""Runs in PostgreSQL: one command under one config, so that it can be resumed under an equal one only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias

from psycopg.errors import LockNotAvailable

from atlas.core.json import JsonObject
from atlas.core.session import RunId
from atlas.errors import ConfigError, StorageError
from atlas.storage.database import Database
from atlas.storage.jsonb import jsonb

RunStatus: TypeAlias = Literal["running", "succeeded", "failed", "interrupted"]

_BEGIN = "INSERT INTO runs (run_id, command, config) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_LOAD = "SELECT run_id, command, config, status, created_at::text, completed_at::text FROM runs WHERE run_id = %s"
_LATEST = "SELECT run_id FROM runs WHERE command = %s AND config = %s ORDER BY created_at DESC LIMIT 1"
_REOPEN = "UPDATE runs SET status = 'running', completed_at = NULL WHERE run_id = %s"
# The server notices within moments that the process of a killed run is gone, and drops its lock.
_HOLD = "SELECT set_config('lock_timeout', '2s', false), pg_advisory_lock(hashtextextended(%s, 0))"
_COMPLETE = "UPDATE runs SET status = %s, completed_at = now() WHERE run_id = %s"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as stored. A run that is `running` though its process is gone was killed."""

    run_id: RunId
    command: str
    config: JsonObject
    status: RunStatus
    created_at: str
    completed_at: str | None


class PostgresRuns:
    """The table of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, run_id: RunId, command: str, config: JsonObject) -> None:
        """A new run. Raises `StorageError` when there is one of that id."""
        if not await self._changed(_BEGIN, run_id, command, jsonb(config)):
            raise StorageError(f"run {run_id} exists already; resume it or choose another id")

    async def load(self, run_id: RunId) -> RunRecord | None:
        """The run, or None when there is none of that id."""
        async with self._database.connection() as connection:
            row = await (await connection.execute(_LOAD, [run_id])).fetchone()
        return RunRecord(*row) if row else None

    async def latest(self, command: str, config: JsonObject) -> RunId | None:
        """The last run that this command began under exactly this config."""
        async with self._database.connection() as connection:
            row = await (await connection.execute(_LATEST, [command, jsonb(config)])).fetchone()
        return RunId(row[0]) if row else None

    @asynccontextmanager
    async def held(self, run_id: RunId) -> AsyncIterator[None]:
        """The run is played by nobody else meanwhile. Raises `ConfigError` when somebody plays it already."""
        async with self._database.lone_connection() as connection:
            try:
                await connection.execute(_HOLD, [run_id])
            except LockNotAvailable as error:
                raise ConfigError(f"run {run_id} is being played by another process; wait for its end") from error
            yield

    async def reopen(self, run_id: RunId) -> None:
        """The run goes on: its status is `running` again. Raises `StorageError` for an unknown run."""
        await self._update(run_id, _REOPEN, run_id)

    async def complete(self, run_id: RunId, status: RunStatus) -> None:
        """The run has ended with `status`. Raises `StorageError` for an unknown run."""
        await self._update(run_id, _COMPLETE, status, run_id)

    async def _update(self, run_id: RunId, statement: str, *values: object) -> None:
        if not await self._changed(statement, *values):
            raise StorageError(f"there is no run {run_id} in this database")

    async def _changed(self, statement: str, *values: object) -> bool:
        async with self._database.connection() as connection:
            return (await connection.execute(statement.encode(), values)).rowcount == 1
