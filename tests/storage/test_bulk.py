"""A bulk write: all of it or nothing, and a connection that is fit for the next one."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import pq

from atlas.storage.bulk import CHUNK_BYTES, Row, write
from atlas.storage.database import Connection, Database

QUERY = b"INSERT INTO words VALUES ('first'), ('second'); COPY words FROM STDIN (FORMAT BINARY)"


async def words(connection: Connection) -> list[str]:
    rows = await (await connection.execute("SELECT word FROM words ORDER BY length(word), word")).fetchall()
    return [row[0] for row in rows]


def passes(result: pq.abc.PGresult) -> None:
    assert result.command_tuples == 2


def refuses(result: pq.abc.PGresult) -> None:
    raise ValueError("not this one")


async def test_all_or_nothing(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("CREATE TEMPORARY TABLE words (word text)")
        with pytest.raises(ValueError, match="not this one"):
            await write(connection, QUERY, [(b"third",)], refuses)
        with pytest.raises(psycopg.errors.CharacterNotInRepertoire):
            await write(connection, QUERY, [(b"third",), (b"\xff",)], passes)
        with pytest.raises(psycopg.errors.UndefinedTable):
            await write(connection, QUERY.replace(b"COPY words", b"COPY nothing"), [], passes)
        assert await words(connection) == []
        large = b"x" * (2 * CHUNK_BYTES)
        await write(connection, QUERY, [(b"third",), (large,), (memoryview(b"fourth"),)], passes)
        assert await words(connection) == ["first", "third", "fourth", "second", large.decode()]


async def test_rows_that_fail_half_way_undo_what_was_sent(database: Database) -> None:
    def rows() -> Iterator[Row]:
        for _ in range(3):
            yield (b"y" * CHUNK_BYTES,)
        raise LookupError("no more")

    async with database.connection() as connection:
        await connection.execute("CREATE TEMPORARY TABLE words (word text)")
        with pytest.raises(LookupError, match="no more"):
            await write(connection, QUERY, rows(), passes)
        assert await words(connection) == []
