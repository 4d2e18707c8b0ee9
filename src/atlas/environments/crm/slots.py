"""Slots: connections to PostgreSQL, each the only user of a schema of its own, leased to one session at a time.

So two sessions never wait for each other's keys or locks, in one process or in many: a slot's schema is claimed
with an advisory lock that the server drops with the connection. Nothing is ever committed to its tables.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg import sql

from atlas.environments.crm import ddl
from atlas.environments.crm.failures import failure
from atlas.environments.crm.schema import TABLES
from atlas.environments.crm.wire import Wire

SESSIONS_PER_VACUUM = 100
"""Rolled back rows stay in the tables' files until they are vacuumed; this many sessions' worth may pile up."""

_LOCK = ddl.lock_of(ddl.VERSION)
_VACUUM = f"VACUUM (TRUNCATE false, PARALLEL 0) {', '.join(table.name for table in TABLES)}".encode()
_CLAIM = """
SELECT k FROM generate_series(1, 10000) AS k WHERE pg_try_advisory_lock(%s, k) LIMIT 1
"""
# Agents think for minutes inside a transaction; the plans of these few statements never differ in kind.
_SESSION_SETTINGS = """
SELECT set_config('search_path', %s, false),
       set_config('client_encoding', 'UTF8', false),
       set_config('timezone', 'UTC', false),
       set_config('datestyle', 'ISO', false),
       set_config('idle_in_transaction_session_timeout', '0', false),
       set_config('plan_cache_mode', 'force_generic_plan', false),
       set_config('jit', 'off', false)
"""


class Slots:
    """At most `size` connections, made when first needed; who comes when all are taken waits in line.

    The server must have room for `size` connections: the embedded one takes 197, for all processes together.
    """

    def __init__(self, conninfo: str, size: int) -> None:
        self._conninfo = conninfo
        self._free = asyncio.Semaphore(size)
        self._idle: list[Slot] = []
        self._closed = False

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Wire]:
        """A wire into an empty schema, outside a transaction. Raises `WorldError` when there can be none.

        A wire that is not left idle is closed, and the next lease makes a new one.
        """
        async with self._free:
            slot = await self._take()
            try:
                yield slot.wire
            finally:
                await self._give_back(slot)

    async def close(self) -> None:
        """Close the connections, those in use when they are given back."""
        self._closed = True
        while self._idle:
            await self._idle.pop().wire.close()

    async def _take(self) -> Slot:
        while self._idle:
            slot = self._idle.pop()
            if slot.wire.idle:
                return slot
            await slot.wire.close()
        return Slot(await _connect(self._conninfo))

    async def _give_back(self, slot: Slot) -> None:
        if not self._closed and await slot.tidy():
            self._idle.append(slot)
        else:
            await slot.wire.close()


class Slot:
    """A wire and how many sessions it has served since its tables were vacuumed."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._sessions = 0

    async def tidy(self) -> bool:
        """Whether the slot is fit for another session; vacuums it when it is time."""
        self._sessions += 1
        if self.wire.idle and self._sessions >= SESSIONS_PER_VACUUM:
            self._sessions = 0
            try:
                await self.wire.run([(_VACUUM, ())])
            except psycopg.Error:
                return False
        return self.wire.idle


async def _connect(conninfo: str) -> Wire:
    try:
        connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
    except psycopg.Error as error:
        raise failure("connect to", conninfo, error) from error
    try:
        await _claim_schema(connection)
    except psycopg.Error as error:
        await connection.close()
        raise failure("prepare a schema in", conninfo, error) from error
    except asyncio.CancelledError:
        await connection.close()
        raise
    return Wire(connection)


async def _claim_schema(connection: psycopg.AsyncConnection) -> None:
    row = await (await connection.execute(_CLAIM, [_LOCK])).fetchone()
    assert row is not None, "ten thousand slots in use"
    types, own = f"crm_{ddl.VERSION}_types", f"crm_{ddl.VERSION}_{row[0]}"
    await connection.execute(_SESSION_SETTINGS, [f"{own}, {types}"])
    if await _exists(connection, own):
        return
    async with connection.transaction():
        # One process at a time makes schemas: the types are shared.
        await connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])
        if not await _exists(connection, types):
            await _create(connection, types, ddl.TYPES)
        await _create(connection, own, ddl.TABLES)


async def _exists(connection: psycopg.AsyncConnection, schema: str) -> bool:
    # Not to_regnamespace: its cache need not know yet what was committed while this connection waited for a lock.
    found = await connection.execute("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)", [schema])
    return await found.fetchone() == (True,)


async def _create(connection: psycopg.AsyncConnection, schema: str, statements: str) -> None:
    await connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    await connection.execute(statements.encode())
