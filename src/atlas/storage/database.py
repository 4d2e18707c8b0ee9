"""A database: a pool of connections to one PostgreSQL database, with time limits, JSON as objects, typed errors."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import TypeAlias

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool

from atlas.errors import StorageError
from atlas.storage.failures import place_of, storage_errors
from atlas.storage.jsonb import decode

Connection: TypeAlias = AsyncConnection[TupleRow]

OLDEST_SERVER = 150000
CONNECT_TIMEOUT_S = 10
WAIT_TIMEOUT_S = 30.0
# What the pool would log is raised as an error too; without a handler Python prints it on the user's screen.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class Database:
    """An asynchronous context manager, open inside. Safe for any number of tasks of one event loop."""

    def __init__(
        self,
        url: str,
        *,
        min_connections: int = 1,
        max_connections: int = 5,
        statement_timeout_s: float = 30.0,
    ) -> None:
        """`url` is a connection URL or string. Raises `ConfigError` when it is neither."""
        self.place = place_of(url)
        self._url = url
        self._timeout_ms = str(round(statement_timeout_s * 1000))
        self._pool = AsyncConnectionPool(
            url,
            min_size=min_connections,
            max_size=max_connections,
            timeout=WAIT_TIMEOUT_S,
            kwargs={"autocommit": True, "connect_timeout": CONNECT_TIMEOUT_S, "application_name": "atlas"},
            configure=self._configure,
            open=False,
        )

    async def __aenter__(self) -> Database:
        """Open. Raises `StorageError` at once when the server cannot be reached or is too old."""
        # The pool would retry for its whole timeout and then not know why, so one plain connection goes ahead.
        with storage_errors(self.place):
            async with await AsyncConnection.connect(self._url, connect_timeout=CONNECT_TIMEOUT_S) as first:
                if first.info.server_version < OLDEST_SERVER:
                    version = first.info.parameter_status("server_version")
                    raise StorageError(
                        f"database {self.place} is PostgreSQL {version}; version 15 or newer is needed"
                    )
            await self._pool.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection in autocommit mode. Errors of the database leave it as `StorageError`."""
        with storage_errors(self.place):
            async with self._pool.connection() as connection:
                yield connection

    @asynccontextmanager
    async def lone_connection(self) -> AsyncIterator[Connection]:
        """A connection beside the pool, for what is held as long as a run lasts. Errors as above."""
        with storage_errors(self.place):
            async with await AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, application_name="atlas"
            ) as connection:
                yield connection

    async def ping(self) -> str:
        """The server's version, from the server."""
        async with self.connection() as connection:
            row = await (await connection.execute("SHOW server_version")).fetchone()
        return str(row[0]) if row else ""

    async def _configure(self, connection: Connection) -> None:
        set_json_loads(decode, connection)
        await connection.execute("SELECT set_config('statement_timeout', %s, false)", [self._timeout_ms])
