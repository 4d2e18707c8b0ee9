"""A database: opened at once or refused at once, with time limits on every connection."""

import asyncio
import re
from collections.abc import Callable

import pytest

from atlas.errors import StorageError
from atlas.storage.database import Database
from atlas.storage.embedded import ServerAddress


async def test_ping(database: Database) -> None:
    assert re.match(r"\d\d\.\d", await database.ping())


async def test_unreachable(postgres_server: ServerAddress) -> None:
    nowhere = ServerAddress("127.0.0.1", 1, "me", "secret")
    with pytest.raises(
        StorageError, match=r"127\.0\.0\.1:1/atlas cannot be reached.*STORAGE__DATABASE_URL"
    ) as caught:
        async with Database(nowhere.url("atlas")):
            pass
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_no_such_database(postgres_server: ServerAddress) -> None:
    with pytest.raises(StorageError, match="no_such_database"):
        async with Database(postgres_server.url("no_such_database")):
            pass


async def test_json_comes_back_as_objects(database: Database) -> None:
    async with database.connection() as connection:
        row = await (await connection.execute("""SELECT '{"a": [1, null]}'::jsonb, '[1.5]'::json""")).fetchone()
    assert row == ({"a": [1, None]}, [1.5])


async def test_the_time_limit_holds_on_every_connection(new_database: Callable[[], str]) -> None:
    async with Database(new_database(), min_connections=1, max_connections=3, statement_timeout_s=0.05) as database:

        async def sleep() -> None:
            async with database.connection() as connection:
                await connection.execute("SELECT pg_sleep(20)")

        ended = await asyncio.gather(*(sleep() for _ in range(3)), return_exceptions=True)
    assert all("statement_timeout_seconds" in str(error) for error in ended)


async def test_a_lost_connection_is_an_error_and_the_next_use_has_a_new_one(database: Database) -> None:
    with pytest.raises(StorageError):
        async with database.connection() as connection:
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert await database.ping()


async def test_more_tasks_than_connections_share_them(new_database: Callable[[], str]) -> None:
    async with Database(new_database(), max_connections=2) as database:

        async def backend() -> int:
            async with database.connection() as connection:
                row = await (await connection.execute("SELECT pg_backend_pid(), pg_sleep(0.01)")).fetchone()
                assert row is not None
                return int(row[0])

        pids = await asyncio.gather(*(backend() for _ in range(8)))
    assert len(set(pids)) <= 2
