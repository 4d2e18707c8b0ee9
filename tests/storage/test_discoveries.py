"""Discoveries in PostgreSQL: kept with what was found, as it was found."""

from __future__ import annotations

from pathlib import Path

from atlas.storage.discoveries import PostgresDiscoveries
from atlas.storage.store import Store


async def test_discoveries_are_kept_in_order(store: Store) -> None:
    discoveries = PostgresDiscoveries(store.database)
    payload = {"environment": {"module": "desk"}, "text": "a\0b"}
    first = await discoveries.add(Path("/p"), "do\0it", "discovery", payload, {})
    second = await discoveries.add(Path("/p"), "do it", "runtime", {}, {"session_id": "s"})
    assert second > first
    async with store.database.connection() as connection:
        query = (
            "SELECT project_root, task, source, payload, metadata FROM discovery_runs WHERE id >= %s ORDER BY id"
        )
        rows = await (await connection.execute(query, [first])).fetchall()
    assert rows == [
        ("/p", "do\ufffdit", "discovery", payload, {}),
        ("/p", "do it", "runtime", {}, {"session_id": "s"}),
    ]
