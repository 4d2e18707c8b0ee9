"""Marks: writes on a connection of their own that nobody waits for, and that survive whoever sent them.

What is handed to the kernel reaches PostgreSQL even if this process is killed at that moment, and a session there
carries out what it finds before it ends with the locks it holds. So whoever gets such a lock next sees a mark that
was sent under it. Of several that are under way at the moment of a kill this holds for the first: PostgreSQL ends a
session as soon as it finds that nobody takes its answers. They are under way for a tenth of a millisecond each.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from psycopg import Error, pq
from psycopg.abc import PQGen
from psycopg.errors import OperationalError, error_from_result
from psycopg.waiting import WAIT_R

from atlas.storage.database import Connection

_NAME = b"mark"


class Marks:
    """One statement, sent again and again with other values, which travel as text. Made by `marks`."""

    def __init__(self, connection: Connection, statement: bytes) -> None:
        self._connection, self._pg = connection, connection.pgconn
        self._due = 0
        self._pg.enter_pipeline_mode()
        self._pg.send_prepare(_NAME, statement)
        self._send()

    def send(self, *values: bytes) -> None:
        """Send the statement and wait for nothing. Raises `psycopg.Error` for an earlier one that failed."""
        self._pg.consume_input()
        self._collect()
        self._pg.send_query_prepared(_NAME, values)
        self._send()

    async def settle(self) -> None:
        """Wait until all that was sent is carried out. Raises `psycopg.Error`."""
        if not self._due:
            self._send()
        await self._connection.wait(self._settled())

    def _send(self) -> None:
        self._pg.pipeline_sync()
        self._due += 1
        self._pg.flush()

    def _settled(self) -> PQGen[None]:
        self._collect()
        while self._due:
            while not (yield WAIT_R):
                continue
            self._pg.consume_input()
            self._collect()

    def _collect(self) -> None:
        """Take in the answers that have come."""
        while self._due and not self._pg.is_busy():
            result = self._pg.get_result()
            if result is None:
                if self._pg.status != pq.ConnStatus.OK:
                    raise OperationalError("the connection was closed")
            elif result.status == pq.ExecStatus.PIPELINE_SYNC:
                self._due -= 1
            elif result.status == pq.ExecStatus.FATAL_ERROR:
                raise error_from_result(result)


@asynccontextmanager
async def marks(connection: Connection, statement: bytes) -> AsyncIterator[Marks]:
    """Marks over an idle connection in autocommit mode, which is given back after the block, all carried out."""
    sent = Marks(connection, statement)
    try:
        yield sent
    finally:
        with suppress(Error):  # a connection that was lost meanwhile stays so
            await sent.settle()
            connection.pgconn.exit_pipeline_mode()
