"""A failure of the CRM's database as one sentence that names the place and what to do."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

from atlas.errors import WorldError

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_ADVICE = {
    "42501": "let the role own the database, or grant it CREATE on it",
    "53300": "use fewer sessions at once, or raise the server's max_connections",
    "55P03": "somebody holds the tables of the base world open; end that and try again",
}


def failure(what: str, conninfo: str, error: psycopg.Error) -> WorldError:
    """`what` could not be done with ("connect to") the database of `conninfo`."""
    advice = f"; {_ADVICE[error.sqlstate]}" if error.sqlstate in _ADVICE else ""
    return WorldError(f"cannot {what} the CRM database {place_of(conninfo)}: {cause_of(error)}{advice}")


def cause_of(error: psycopg.Error) -> str:
    """What the server or the driver says, in one line."""
    return error.diag.message_primary or " ".join(str(error).split())


def place_of(conninfo: str) -> str:
    """Where the database is, without user and password."""
    try:
        parts = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        return "(its connection string cannot be read)"
    return f"{parts.get('dbname')} at {parts.get('host')}:{parts.get('port') or 5432}"
