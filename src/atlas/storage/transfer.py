"""A transfer: all that the store keeps of some runs, as files, and back into an empty store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from psycopg import sql

from atlas.core.session import RunId
from atlas.errors import ConfigError, StorageError
from atlas.storage.database import Connection, Database
from atlas.storage.migrations import migrate, migrations, schema_version

_OF_SESSIONS = "session_id IN (SELECT id FROM sessions WHERE run_id = ANY({runs}))"
_KEYS = "SELECT learning_key FROM sessions WHERE run_id = ANY({runs})"
_TABLES = {
    "runs": ("run_id = ANY({runs})", "run_id"),
    "sessions": ("run_id = ANY({runs})", "id"),
    "plans": (_OF_SESSIONS, "session_id"),
    "step_results": (_OF_SESSIONS, "session_id, step_id"),
    "step_attempts": (_OF_SESSIONS, "session_id, step_id, attempt"),
    "guidance_notes": (_OF_SESSIONS, "session_id, step_id, sequence"),
    "entry_uses": (_OF_SESSIONS, "session_id, entry_id"),
    "trajectory_events": (
        "session_key IN (SELECT session_key FROM sessions WHERE run_id = ANY({runs}))",
        "id",
    ),
    "playbook_versions": (f"learning_key IN ({_KEYS})", "learning_key, version"),
    "playbook_candidates": (f"learning_key IN ({_KEYS})", "id"),
    "learning_registry": (f"learning_key IN ({_KEYS})", "learning_key"),
}
"""Table -> which rows belong to a run, and their order. A table stands after those that it refers to."""

_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
_BEGUN = "(SELECT min(id) FROM sessions WHERE run_id = %(run)s)"
_READ = """
(SELECT learning_key, (array_agg(playbook_version ORDER BY id))[1] AS version FROM sessions
WHERE run_id = %(run)s AND NOT starts_with(arm, 'validation/') GROUP BY 1) AS read
"""
_FORGET = (
    f"DELETE FROM playbook_candidates USING {_READ} WHERE playbook_candidates.learning_key = read.learning_key "
    "AND playbook_candidates.base >= read.version",
    f"DELETE FROM playbook_versions USING {_READ} WHERE playbook_versions.learning_key = read.learning_key "
    "AND playbook_versions.version > read.version",
    f"DELETE FROM learning_registry USING {_READ} WHERE learning_registry.learning_key = read.learning_key "
    "AND read.version = 0",
    f"UPDATE learning_registry SET version = read.version FROM {_READ} "
    "WHERE learning_registry.learning_key = read.learning_key",
    f"DELETE FROM trajectory_events WHERE session_key IN (SELECT session_key FROM sessions WHERE id >= {_BEGUN})",
    "DELETE FROM runs WHERE run_id = %(run)s",
    f"DELETE FROM sessions WHERE id >= {_BEGUN}",
)
"""What undoes everything since a run began; the sessions, which say when that was, go last."""
_SERIALS = ("sessions", "trajectory_events", "playbook_candidates")
_SCHEMA = "schema_version"


async def dump_runs(database: Database, runs: Sequence[RunId], folder: Path, clean: Callable[[str], str]) -> None:
    """Write a `<table>.copy` for each table (PostgreSQL's text format, under a line of columns), and the schema.

    Sessions, events and playbooks of `runs`, all of one moment. `clean` is applied to every row: it masks secrets.
    Raises `StorageError`.
    """
    _begin(folder, await schema_version(database))
    async with database.connection() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await connection.execute("SET LOCAL statement_timeout = 0")
        for table, (belongs, order) in _TABLES.items():
            columns = await _columns(connection, table)
            if not columns:
                # An older schema has not yet got the table.
                continue
            query = sql.SQL(
                "COPY (SELECT {columns} FROM {table} WHERE {belongs} ORDER BY {order}) TO STDOUT"
            ).format(
                columns=_listed(columns),
                table=sql.Identifier(table),
                belongs=sql.SQL(belongs).format(runs=sql.Literal(list(runs))),
                order=sql.SQL(order),
            )
            with (folder / f"{table}.copy").open("w", encoding="utf-8", newline="\n") as file:
                file.write("\t".join(columns) + "\n")
                async for line in _lines(connection, query):
                    file.write(clean(line) + "\n")


async def restore_runs(database: Database, folder: Path) -> None:
    """Fill an empty database with what `dump_runs` wrote, and bring it to the schema of this version of Atlas.

    Raises `ConfigError` for a folder that `dump_runs` did not write, `StorageError` when the database refuses it.
    """
    version = _version(folder)
    await migrate(database, tuple(each for each in migrations() if each.version <= version))
    async with database.connection() as connection, connection.transaction():
        for table in _TABLES:
            # Nor has the snapshot of one a file for it.
            if await _columns(connection, table):
                await _load(connection, table, folder / f"{table}.copy")
        for table in _SERIALS:
            if not await _columns(connection, table):
                continue
            row = await connection.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({name}, 'id'), max(id)) FROM {table}").format(
                    name=sql.Literal(table), table=sql.Identifier(table)
                )
            )
            await row.fetchone()
    await migrate(database)


async def forget_since(database: Database, run: RunId) -> None:
    """Take a restored store back to where it was when `run` began: its playbooks as its first sessions read them.

    Raises `StorageError`.
    """
    async with database.connection() as connection, connection.transaction():
        for statement in _FORGET:
            await connection.execute(statement, {"run": run})


def _begin(folder: Path, version: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _SCHEMA).write_text(f"{version}\n")


def _version(folder: Path) -> int:
    try:
        version = int((folder / _SCHEMA).read_text())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder / _SCHEMA} does not name the schema of the snapshot") from error
    newest = migrations()[-1].version
    if version > newest:
        raise StorageError(
            f"{folder} was written by a newer Atlas (schema {version}, here {newest}); upgrade Atlas"
        )
    return version


async def _columns(connection: Connection, table: str) -> list[str]:
    return [row[0] for row in await (await connection.execute(_COLUMNS, [table])).fetchall()]


def _listed(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


async def _lines(connection: Connection, query: sql.Composed) -> AsyncIterator[str]:
    """The rows of a COPY; the server sends each in one piece, but nothing promises that it does."""
    rest = b""
    async with connection.cursor() as cursor, cursor.copy(query) as copy:
        async for data in copy:
            *lines, rest = (rest + bytes(data)).split(b"\n")
            for line in lines:
                yield line.decode()


async def _load(connection: Connection, table: str, path: Path) -> None:
    try:
        file = path.open("rb")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; the snapshot is not whole") from error
    with file:
        columns = file.readline().decode().rstrip("\n").split("\t")
        statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
            table=sql.Identifier(table), columns=_listed(columns)
        )
        async with connection.cursor() as cursor, cursor.copy(statement) as copy:
            while data := file.read(1 << 20):
                await copy.write(data)
