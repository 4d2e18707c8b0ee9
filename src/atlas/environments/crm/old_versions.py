"""Old versions: schemas that earlier versions of the tables left in the database, dropped when nobody uses them."""

from __future__ import annotations

from itertools import groupby

import psycopg
from psycopg import sql

from atlas.environments.crm import ddl
from atlas.environments.crm.failures import failure

_FIND = r"""
SELECT substr(nspname, 5, 8), substr(nspname, 14)
FROM pg_namespace
WHERE nspname ~ '^crm_[0-9a-f]{8}_([1-9][0-9]*|types)$' AND substr(nspname, 5, 8) <> %s
  AND pg_has_role(nspowner, 'USAGE')
ORDER BY 1, 2
"""
_IN_USE = """
SELECT NOT pg_try_advisory_xact_lock(%(lock)s, %(number)s)
    OR %(number)s = 0 AND EXISTS (SELECT FROM pg_namespace WHERE nspname ~ %(slots)s)
"""


async def drop_old_versions(conninfo: str) -> int:
    """Drop what an earlier version of this schema made and no process holds; returns how many schemas went.

    Only schemas that the role owns. Raises `WorldError` when the database cannot be reached or refuses.
    """
    try:
        async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
            found = await (await connection.execute(_FIND, [ddl.VERSION])).fetchall()
            versions = groupby(found, key=lambda row: str(row[0]))
            return sum([await _drop(connection, old, [str(row[1]) for row in rows]) for old, rows in versions])
    except psycopg.Error as error:
        raise failure("drop the schemas of older versions in", conninfo, error) from error


async def _drop(connection: psycopg.AsyncConnection, version: str, names: list[str]) -> int:
    """The slots first, then the types that these need."""
    names.sort(key=lambda name: name == "types")
    return sum([await _drop_schema(connection, version, name) for name in names])


async def _drop_schema(connection: psycopg.AsyncConnection, version: str, name: str) -> bool:
    """Whether it was free: nobody holds the lock that its users and makers take, no slot needs these types."""
    number = 0 if name == "types" else int(name)
    asked = {"lock": ddl.lock_of(version), "number": number, "slots": f"^crm_{version}_[0-9]+$"}
    async with connection.transaction():
        if await (await connection.execute(_IN_USE, asked)).fetchone() != (False,):
            return False
        schema = sql.Identifier(f"crm_{version}_{name}")
        await connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
    return True
