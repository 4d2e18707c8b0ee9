"""Migrations: the numbered SQL files that bring a database to the schema of this version of Atlas."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from atlas.errors import StorageError
from atlas.storage.database import Connection, Database

# Any number will do, as long as nobody else locks it: "atlas" in ASCII.
ADVISORY_LOCK = 0x61746C6173

_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file `NNNN_name.sql`."""

    version: int
    name: str
    sql: str


def migrations() -> tuple[Migration, ...]:
    """All that this version of Atlas knows, in order."""
    files = sorted(resources.files("atlas.storage").joinpath("sql").iterdir(), key=lambda file: file.name)
    named = ((file.name.removesuffix(".sql").partition("_"), file) for file in files if file.name.endswith(".sql"))
    return tuple(Migration(int(number), name, file.read_text()) for (number, _, name), file in named)


async def migrate(database: Database, known: tuple[Migration, ...] | None = None) -> int:
    """Apply what is missing, each file in a transaction of its own; returns how many were applied.

    Any number of processes may do this at once: one works, the others wait. Raises `StorageError` for a database
    that is newer than this version of Atlas.
    """
    known = migrations() if known is None else known
    async with database.connection() as connection:
        there = await _applied(connection, database.place, known)
        missing = [migration for migration in known if migration.version not in there]
        applied = [await _apply(connection, migration) for migration in missing]
    return sum(applied)


async def require_current(database: Database) -> None:
    """Raises `StorageError` unless the schema is exactly that of this version of Atlas."""
    known = migrations()
    async with database.connection() as connection:
        there = await _applied(connection, database.place, known)
    if lacking := [migration.version for migration in known if migration.version not in there]:
        raise StorageError(
            f"database {database.place} has schema version {lacking[0] - 1}, needed is {known[-1].version}; "
            "run `atlas db migrate` or set storage.apply_schema_on_connect"
        )


async def schema_version(database: Database) -> int:
    """The last migration that was applied; 0 for an empty database. Raises as `migrate` does for a newer one."""
    async with database.connection() as connection:
        return max(await _applied(connection, database.place, migrations()), default=0)


async def _apply(connection: Connection, migration: Migration) -> bool:
    """Whether it was still missing when our turn came."""
    async with connection.transaction():
        # Waiting for others and rewriting a big table may both take longer than a statement usually may.
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        await connection.execute(_LEDGER)
        claimed = await connection.execute(
            "INSERT INTO schema_migrations (version, name) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [migration.version, migration.name],
        )
        if claimed.rowcount:
            await connection.execute(migration.sql.encode())
    return bool(claimed.rowcount)


async def _applied(connection: Connection, place: str, known: tuple[Migration, ...]) -> set[int]:
    """The versions of the migrations that the database has had."""
    there = await (await connection.execute("SELECT to_regclass('schema_migrations') IS NOT NULL")).fetchone()
    if not there or not there[0]:
        return set()
    applied = {
        row[0] for row in await (await connection.execute("SELECT version FROM schema_migrations")).fetchall()
    }
    if (newest := max(applied, default=0)) > known[-1].version:
        raise StorageError(
            f"database {place} has schema version {newest}, but this Atlas knows only {known[-1].version}; "
            "upgrade Atlas or use another database"
        )
    return applied
