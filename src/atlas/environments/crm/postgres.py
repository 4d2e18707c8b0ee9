"""The repository in PostgreSQL: statements over a wire, within one transaction that is never committed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from typing import cast

import msgspec
import orjson
import psycopg

from atlas.core.json import JsonObject, JsonValue
from atlas.core.protocols import Mark
from atlas.core.state import Snapshot
from atlas.environments.crm.base_schema import NO_BASE_WORLD, READ_BASE
from atlas.environments.crm.entities import E, Entity
from atlas.environments.crm.matching import fold, upper_twins
from atlas.environments.crm.repository import Criteria
from atlas.environments.crm.rows import to_tables
from atlas.environments.crm.schema import TABLES, key_of, table_of
from atlas.environments.crm.statements import STATEMENTS, Comparison, search_statement, snapshot_statement
from atlas.environments.crm.wire import Parameters, Wire
from atlas.errors import ToolError, WorldError

END_TIMEOUT_S = 10.0
"""How long a world that is left waits for its rollback."""


class PostgresStore:
    """A store over one leased wire. `begin` opens the transaction, `end` rolls it back.

    Marks are savepoints, sent with the first statement after them; one that nothing was done under is never sent.
    A snapshot reads only the tables that may have changed since they were filled or read last.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._marks: list[Mark] = []
        self._marked = 0
        self._pending: list[bytes] = []
        self._tables: dict[str, dict[str, JsonObject]] = {}

    async def begin(self, entities: Sequence[Entity]) -> None:
        inserts = [(STATEMENTS[kind].insert, [_json(list(rows))]) for kind, rows in groupby(entities, type)]
        try:
            await self._send([(b"BEGIN", ()), *inserts])
        except ToolError as error:
            raise ValueError(f"the database refuses the setup: {error}") from error
        self._tables = to_tables(entities)

    async def end(self) -> None:
        """Undo everything. A wire that does not answer is not left idle, and closing it undoes everything too."""
        if self._wire.alive and not self._wire.idle:
            with suppress(WorldError, TimeoutError):
                async with asyncio.timeout(END_TIMEOUT_S):
                    await self._send([(b"ROLLBACK", ())])

    async def get(self, kind: type[E], key: str) -> E | None:
        rows = await self._run(STATEMENTS[kind].get, key.encode())
        return _decoder(kind).decode(rows[0]) if rows else None

    async def insert(self, entity: Entity) -> None:
        await self._write(type(entity), STATEMENTS[type(entity)].insert, _json([entity]))

    async def update(self, entity: Entity) -> None:
        await self._write(type(entity), STATEMENTS[type(entity)].update, _json(entity))

    async def delete(self, entity: Entity) -> None:
        self._tables.clear()
        await self._run(STATEMENTS[type(entity)].delete, key_of(entity).encode())

    async def search(self, kind: type[E], criteria: Criteria) -> list[E]:
        wanted = sorted(criteria.items())
        comparisons = tuple((column, _comparison(value)) for column, value in wanted)
        parameters = [parameter for _, value in wanted for parameter in _parameters(value)]
        rows = await self._run(search_statement(table_of(kind).name, comparisons), *parameters)
        return list(map(_decoder(kind).decode, rows))

    async def all(self, kind: type[E]) -> list[E]:
        return list(map(_decoder(kind).decode, await self._run(STATEMENTS[kind].all)))

    async def snapshot(self) -> Snapshot:
        if unread := tuple(table.name for table in TABLES if table.name not in self._tables):
            (text,) = await self._run(snapshot_statement(unread))
            self._tables |= orjson.loads(text)
        return {table.name: self._tables[table.name] for table in TABLES}

    def mark(self) -> Mark:
        self._marked += 1
        self._marks.append(Mark(self._marked))
        self._pending.append(b"SAVEPOINT m%d" % len(self._marks))
        return self._marks[-1]

    def rollback_to(self, mark: Mark) -> None:
        depth = self._depth(mark)
        del self._marks[depth:]
        if (savepoint := b"SAVEPOINT m%d" % depth) in self._pending:
            del self._pending[self._pending.index(savepoint) + 1 :]
        else:
            self._tables.clear()
            self._pending.append(b"ROLLBACK TO m%d" % depth)

    def release(self, mark: Mark) -> None:
        depth = self._depth(mark)
        del self._marks[depth - 1 :]
        if (savepoint := b"SAVEPOINT m%d" % depth) in self._pending:
            del self._pending[self._pending.index(savepoint) :]
        else:
            self._pending.append(b"RELEASE m%d" % depth)

    def _depth(self, mark: Mark) -> int:
        """How deep a mark is nested, from 1; savepoints are named so, which keeps their statements few."""
        if mark not in self._marks:
            raise ValueError(f"there is no mark {mark} to return to")
        return self._marks.index(mark) + 1

    async def _write(self, kind: type[Entity], statement: bytes, row: bytes) -> None:
        self._tables.pop(table_of(kind).name, None)
        await self._run(statement, row)

    async def _run(self, statement: bytes, *parameters: bytes) -> list[bytes]:
        """One statement, with the savepoint commands that wait for it; the first column of its rows."""
        batch = [*((command, ()) for command in self._pending), (statement, parameters)]
        self._pending.clear()
        return await self._send(batch)

    async def _send(self, batch: Sequence[tuple[bytes, Parameters]]) -> list[bytes]:
        try:
            return await self._wire.run(batch)
        except psycopg.Error as error:
            raise _translated(error) from error


async def read_base(wire: Wire) -> JsonObject:
    """The base world by table and id, in one statement that holds no lock when it is done. Raises `WorldError`."""
    try:
        (text,) = await wire.run([(READ_BASE, ())])
    except psycopg.errors.UndefinedTable as error:
        raise WorldError(NO_BASE_WORLD) from error
    except psycopg.Error as error:
        raise _translated(error) from error
    content: JsonObject = orjson.loads(text)
    return content


def _translated(error: psycopg.Error) -> ToolError | WorldError:
    """By the class of the SQLSTATE: a value or a constraint is the caller's affair, all else is ours."""
    place = error.diag.constraint_name or error.diag.column_name or error.diag.table_name
    match (error.sqlstate or "")[:2]:
        case "23":
            return ToolError(f"The change would break the rule '{place}' of the database.")
        case "22":
            return ToolError("The database cannot hold one of these values.")
        case _:
            return WorldError(f"the CRM database failed: {' '.join(str(error).split())}")


def _comparison(value: JsonValue) -> Comparison:
    if value is None:
        return "is missing"
    return "contains" if isinstance(value, str) else "equals"


def _parameters(value: JsonValue) -> list[bytes]:
    if value is None:
        return []
    if isinstance(value, str):
        folded = fold(value)
        return [text.encode() for text in (folded, *upper_twins(folded))]
    return [_json(value)]


_json = msgspec.json.encode


_DECODERS = {table.kind: msgspec.json.Decoder(table.kind) for table in TABLES}


def _decoder(kind: type[E]) -> msgspec.json.Decoder[E]:
    return cast(msgspec.json.Decoder[E], _DECODERS[kind])
