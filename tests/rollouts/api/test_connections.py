"""Connections: whether what was written has left, and what became of it."""

from __future__ import annotations

import asyncio

import pytest

from atlas.rollouts.api.connections import Connection, Connections


def told_by(connection: Connection) -> list[bool]:
    told: list[bool] = []
    connection.watch(told.append)
    return told


async def test_drained_waits_for_the_buffer() -> None:
    connection = Connection()
    assert await connection.drained()
    connection.filling()
    waiting = asyncio.create_task(connection.drained())
    await asyncio.sleep(0)
    assert not waiting.done()
    connection.emptied()
    assert await waiting


async def test_an_end_before_all_has_left_is_no_arrival() -> None:
    connection = Connection()
    told = told_by(connection)
    connection.filling()
    waiting = asyncio.create_task(connection.drained())
    await asyncio.sleep(0)
    connection.ended(in_order=True)
    assert await waiting is False
    assert told == [False]


@pytest.mark.parametrize("in_order", [True, False])
async def test_an_end_after_all_has_left(in_order: bool) -> None:
    connection = Connection()
    told = told_by(connection)
    connection.ended(in_order=in_order)
    assert (await connection.drained(), connection.lost) == (True, True)
    assert told == told_by(connection) == [in_order], "a watcher that comes late is told, too"
    connection.cork()


async def test_a_watcher_is_told_once() -> None:
    connection = Connection()
    told = told_by(connection)
    connection.asked()
    connection.ended(in_order=False)
    assert told == [True]


async def test_a_connection_that_is_gone_takes_nothing() -> None:
    gone = Connections().at(("127.0.0.1", 1))
    assert gone.lost
    assert told_by(gone) == [False]
