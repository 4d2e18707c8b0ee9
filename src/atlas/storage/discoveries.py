"""Discoveries in PostgreSQL: what was found in a project, and each time it was played."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from atlas.core.json import JsonObject
from atlas.storage.database import Database
from atlas.storage.jsonb import jsonb, plain_text

_ADD = """
INSERT INTO discovery_runs (project_root, task, source, payload, metadata) VALUES (%s, %s, %s, %s, %s) RETURNING id
"""


class PostgresDiscoveries:
    """The table `discovery_runs`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        project_root: Path,
        task: str,
        source: Literal["discovery", "runtime"],
        payload: JsonObject,
        metadata: JsonObject,
    ) -> int:
        """Keep one, and say its number. Raises `StorageError`."""
        values = [plain_text(str(project_root)), plain_text(task), source, jsonb(payload), jsonb(metadata)]
        async with self._database.connection() as connection:
            row = await (await connection.execute(_ADD.encode(), values)).fetchone()
        assert row is not None, "an insert that returns gives a row"
        return int(row[0])
