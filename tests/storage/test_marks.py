"""Marks: what was sent is carried out, whatever becomes of the sender, before its locks are free."""

from __future__ import annotations

import asyncio
import signal
import sys

import psycopg
import pytest

from atlas.core.group_queue import GroupId
from atlas.errors import StorageError
from atlas.storage.database import Database
from atlas.storage.groups import PostgresGroups
from atlas.storage.marks import marks
from atlas.storage.migrations import migrate

KILLED_AFTER = """
import asyncio, os, signal, sys, time
from atlas.core.group_queue import GroupId
from atlas.storage.database import Database
from atlas.storage.groups import PostgresGroups

async def main():
    async with Database(sys.argv[1]) as database, PostgresGroups(database, "killed") as groups:
        first = (await groups.load()).acknowledged + 1
        groups.acknowledge(GroupId(first))
        # Its answer comes and is not read, so the end of the connection will be a reset.
        time.sleep(0.05)
        groups.acknowledge(GroupId(first + 1))
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_a_killed_server_marked_is_seen_by_the_next(database: Database, atlas_url: str) -> None:
    await migrate(database)
    async with PostgresGroups(database, "killed") as groups:
        before = (await groups.load()).acknowledged
    for number in range(1, 5):
        killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED_AFTER, atlas_url)
        assert await killed.wait() == -signal.SIGKILL
        async with PostgresGroups(database, "killed") as groups:
            assert (await groups.load()).acknowledged == before + 2 * number


async def test_a_mark_that_fails_is_told_of_and_the_connection_is_closed_in_order(database: Database) -> None:
    async with database.lone_connection() as connection:
        async with marks(connection, b"SELECT 1 / $1::integer") as sent:
            sent.send(b"1")
            await sent.settle()
            sent.send(b"0")
            with pytest.raises(psycopg.errors.DivisionByZero):
                await sent.settle()
        assert await (await connection.execute("SELECT 2")).fetchone() == (2,)


async def test_a_server_without_its_lock_cannot_mark(database: Database) -> None:
    await migrate(database)
    groups = PostgresGroups(database, "unlocked")
    async with groups:
        await groups.load()
    with pytest.raises(StorageError, match="the lock of the queue unlocked was lost"):
        groups.acknowledge(GroupId(1))
