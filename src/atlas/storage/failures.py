"""A failure of PostgreSQL as one sentence: what failed, where, and what to do.

What it means is decided by SQLSTATE, never by the wording of a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import PoolTimeout

from atlas.errors import ConfigError, StorageError

# https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest prefix counts.
_MEANINGS = {
    "08": "the connection was lost; check that the server still runs, then resume",
    "22": "it cannot hold a value",
    "23": "it refused a row that contradicts others",
    "25006": "it is read-only; use a server that takes writes",
    "28": "it refused the login; check user and password in the URL",
    "3D000": "there is no such database; create it",
    "40": "it gave up on a conflict with another transaction; run the command again",
    "42501": "the user lacks a right; let it own the database",
    "42P01": "a table is missing; run `atlas db migrate`",
    "42": "its schema does not fit this version of Atlas; run `atlas db migrate`",
    "53100": "its disk is full; free some space, then resume",
    "53200": "it is out of memory; give it more or lower storage.max_connections",
    "53300": "it has no connection left; lower storage.max_connections or raise the server's max_connections",
    "57014": "a statement took longer than storage.statement_timeout_seconds",
    "57": "it is shutting down or starting up; check the server, then resume",
    "58": "it cannot use its disk; check the server's log",
    "XX": "it found its own data damaged; check the server's log",
}


def place_of(url: str) -> str:
    """Where `url` points to, as host:port/database: never with the password. Raises `ConfigError` for no URL."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise ConfigError(
            "the database URL is not of the form postgresql://user:password@host:port/name"
        ) from error
    host, port = parts.get("host") or "localhost", parts.get("port") or 5432
    return f"{host}:{port}/{parts.get('dbname') or parts.get('user') or ''}"


@contextmanager
def storage_errors(place: str) -> Iterator[None]:
    """Whatever psycopg raises inside becomes a `StorageError` that names `place`."""
    try:
        yield
    except psycopg.Error as error:
        raise StorageError(describe(error, place)) from error


def describe(error: psycopg.Error, place: str) -> str:
    """The sentence for `error` of the database at `place`."""
    if isinstance(error, PoolTimeout):
        return f"database {place}: no connection became free in time; raise storage.max_connections"
    if error.sqlstate:
        return f"database {place}: {_meaning(error.sqlstate)} ({_cause(error)}, SQLSTATE {error.sqlstate})"
    if isinstance(error, psycopg.OperationalError):
        advice = (
            "check that it runs and that the URL is right, or unset STORAGE__DATABASE_URL to use the embedded one"
        )
        return f"database {place} cannot be reached: {_cause(error)}; {advice}"
    return f"database {place}: {_cause(error)}"


def _meaning(sqlstate: str) -> str:
    fitting = [prefix for prefix in _MEANINGS if sqlstate.startswith(prefix)]
    return _MEANINGS[max(fitting, key=len)] if fitting else "it refused a statement"


def _cause(error: psycopg.Error) -> str:
    return error.diag.message_primary or " ".join(str(error).split()) or type(error).__name__
