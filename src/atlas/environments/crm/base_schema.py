"""The base schema: where a database keeps the base world; it is replaced whole or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import psycopg

from atlas.core.json import JsonObject
from atlas.environments.crm.base import records_of
from atlas.environments.crm.dump import SCHEMA
from atlas.environments.crm.entities import Entity
from atlas.environments.crm.failures import cause_of, failure
from atlas.environments.crm.script import Statement, statements
from atlas.environments.crm.statements import snapshot_statement
from atlas.errors import InputError, WorldError

READ_BASE = snapshot_statement(schema=SCHEMA)
"""The base world as one JSON object. SQLSTATE 42P01 when there is none."""

NO_BASE_WORLD = "the CRM database has no base world; make one with `atlas db seed`"

# Any number will do, as long as nobody else locks it: "crm" in ASCII. Two keys apart from those of slots.
_LOCK = 0x63726D
LOCK_TIMEOUT_S = 10.0
"""Sessions hold the tables for as long as one SELECT takes; whoever holds them longer is somebody else."""
_SETTINGS = "SELECT set_config('lock_timeout', %s, false), set_config('client_encoding', 'UTF8', false)"
# By the class of the SQLSTATE: what is wrong with the statement itself, not with the server.
_FAULTS_OF_SCRIPTS = ("0A", "22", "23", "25001", "2B", "2F", "3F", "42")
_NO_RIGHT = "42501"


class BaseSchema:
    """The base world of one database, over a connection of its own."""

    def __init__(self, conninfo: str, connection: psycopg.AsyncConnection) -> None:
        self._conninfo = conninfo
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def open(cls, conninfo: str) -> AsyncIterator[BaseSchema]:
        """Raises `WorldError` when the database cannot be reached."""
        try:
            connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        except psycopg.Error as error:
            raise failure("connect to", conninfo, error) from error
        async with connection:
            await connection.execute(_SETTINGS, [f"{LOCK_TIMEOUT_S * 1000:.0f}"])
            yield cls(conninfo, connection)

    async def records(self) -> Sequence[Entity]:
        """The records of the base world. Raises `WorldError` when there is none or it is damaged."""
        try:
            return records_of(await self._content())
        except psycopg.errors.UndefinedTable as error:
            raise WorldError(NO_BASE_WORLD) from error
        except psycopg.Error as error:
            raise failure("read", self._conninfo, error) from error
        except ValueError as error:
            advice = "`atlas db reset` puts the shipped one in its place"
            raise WorldError(f"the base world cannot be used: {error}; {advice}") from error

    async def put(self, script: str, name: str, *, replace: bool = True) -> bool:
        """Carry out a script that makes the schema; without `replace` only when there is none. Says whether it was.

        What was there goes first. `name` is what error sentences call the script. Raises `InputError` with the line
        at which the script is wrong, and `WorldError` when the server fails or refuses: nothing has changed then.
        """
        try:
            parts = statements(script)
        except ValueError as error:
            raise InputError(f"{name}:{error}; nothing was changed") from error
        try:
            async with self._connection.transaction():
                await self._connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
                if not replace and await self._exists():
                    return False
                await self._connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE".encode())
                await self._carry_out(parts, name)
        except psycopg.Error as error:
            raise failure("write the base world to", self._conninfo, error) from error
        return True

    async def _exists(self) -> bool:
        found = await self._connection.execute(
            "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)", [SCHEMA]
        )
        return await found.fetchone() == (True,)

    async def _carry_out(self, parts: Sequence[Statement], name: str) -> None:
        for statement in parts:
            try:
                await self._connection.execute(statement.sql.encode())
            except psycopg.Error as error:
                raise self._refusal(error, statement, name) from error
        try:
            records_of(await self._content())
        except psycopg.ProgrammingError as error:
            lacking = f"it makes no schema {SCHEMA} with all tables and keys ({cause_of(error)})"
            raise InputError(f"{name}: {lacking}; nothing was changed") from error
        except ValueError as error:
            raise InputError(f"{name}: {error}; nothing was changed") from error

    def _refusal(self, error: psycopg.Error, statement: Statement, name: str) -> InputError | WorldError:
        state = error.sqlstate or ""
        line = statement.line_at(int(error.diag.statement_position or 1))
        if state.startswith(_FAULTS_OF_SCRIPTS) and state != _NO_RIGHT:
            return InputError(f"{name}:{line}: {cause_of(error)}; nothing was changed")
        return failure(f"carry out {name}:{line} in", self._conninfo, error)

    async def _content(self) -> JsonObject:
        row = await (await self._connection.execute(READ_BASE)).fetchone()
        assert row is not None
        content: JsonObject = row[0]
        return content
