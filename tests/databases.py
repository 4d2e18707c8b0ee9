"""Databases of tests: made and dropped on the server that all tests share."""

from __future__ import annotations

import time

import psycopg
from psycopg import sql

from atlas.storage.embedded import ServerAddress

PATIENCE_S = 20.0


def administer(server: ServerAddress, command: str, *names: str) -> None:
    """Run a command whose placeholders are `names`."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(command).format(*map(sql.Identifier, names)))


def drop(server: ServerAddress, name: str) -> None:
    """Drop a database, if it is there, with whatever is connected to it.

    An autovacuum in it is not ours to end, so it is waited for.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            administer(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        except psycopg.errors.InsufficientPrivilege:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
