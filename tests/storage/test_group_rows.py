"""New groups as rows: names and bodies of any kind come back, also those of a store from before the pieces."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from atlas.core.group_queue import GroupEntry, GroupId, IncomingGroup
from atlas.storage.database import Database
from atlas.storage.group_rows import PIECE_BYTES
from atlas.storage.groups import PostgresGroups
from atlas.storage.migrations import migrate, migrations


def incoming(number: int, body: bytes) -> IncomingGroup:
    return IncomingGroup(GroupEntry(GroupId(number), None, 4, len(body), b"\x00'\\", GroupId(number)), body)


@pytest.mark.parametrize("queue", ["it's \\ {a} %s queue", "a long name " * 50])
async def test_bodies_of_any_size_in_a_queue_of_any_name(database: Database, queue: str) -> None:
    await migrate(database)
    sizes = (1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES + 7)
    sent = [incoming(number, bytes([number]) * size) for number, size in enumerate(sizes, 1)]
    async with PostgresGroups(database, queue) as groups:
        await groups.load()
        await groups.reset()
        await groups.add(sent, {}, ())
        assert [entry.digest for entry in (await groups.load()).groups] == [b"\x00'\\"] * len(sizes)
        assert await groups.bodies([each.entry.group_id for each in sent]) == [each.body for each in sent]
        await groups.reset()
        assert await groups.bodies([GroupId(1)]) == []


async def test_groups_stored_before_the_pieces_are_kept(new_database: Callable[[], str]) -> None:
    (pieces,) = [each.version for each in migrations() if each.name == "group_bodies"]
    older = tuple(each for each in migrations() if each.version < pieces)
    bodies = [b"{}", bytes(range(256)) * 100]
    async with Database(new_database()) as database:
        await migrate(database, older)
        async with database.connection() as connection:
            for number, body in enumerate(bodies, 1):
                await connection.execute(
                    "INSERT INTO queued_groups VALUES ('q', %s, NULL, 4, %s, '', %s, %b)",
                    [number, len(body), number, body],
                )
        await migrate(database)
        async with PostgresGroups(database, "q") as groups:
            assert len((await groups.load()).groups) == 2
            assert await groups.bodies([GroupId(1), GroupId(2)]) == bodies
