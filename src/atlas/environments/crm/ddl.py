"""The DDL: the SQL that makes the types and tables, and the version that names schemas made by it."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files

_SQL = files("atlas.environments.crm") / "sql"
TYPES = (_SQL / "types.sql").read_text()
TABLES = (_SQL / "tables.sql").read_text()
VERSION = hashlib.sha256((TYPES + TABLES).encode()).hexdigest()[:8]
"""Eight hex digits, others for other SQL: a changed table gets new schemas."""


def lock_of(version: str) -> int:
    """The first key of the advisory locks on a version's schemas; the second is a slot's number, 0 for types."""
    return int.from_bytes(bytes.fromhex(version), "big", signed=True)


def durable_ddl() -> str:
    """Types and tables that survive a crash of the server, for rows that are to be kept."""
    logged = TABLES.replace("CREATE UNLOGGED TABLE", "CREATE TABLE")
    return re.sub(r"^--.*\n", "", f"{TYPES}\n{logged}", flags=re.MULTILINE)
