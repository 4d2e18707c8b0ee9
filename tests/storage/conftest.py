"""Fixtures of the store's tests: an open store, and homes of embedded servers that cost no initdb each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from atlas.storage.database import Database
from atlas.storage.embedded import EmbeddedServer
from atlas.storage.store import Store, open_store
from tests.storage.servers import UsedHome, quick

TABLES = ("sessions", "trajectory_events", "learning_registry", "playbook_versions", "runs")


@pytest.fixture
async def store(atlas_url: str) -> AsyncIterator[Store]:
    """An open, empty store."""
    async with open_store(atlas_url) as opened:
        async with opened.database.connection() as connection:
            await connection.execute("; ".join(f"DELETE FROM {table}" for table in TABLES).encode())
        yield opened


@pytest.fixture
async def database(atlas_url: str) -> AsyncIterator[Database]:
    """An open database, whatever is in it."""
    async with Database(atlas_url) as opened:
        yield opened


@pytest.fixture
async def empty_database(new_database: Callable[[], str]) -> AsyncIterator[Database]:
    """An open database without any table."""
    async with Database(new_database()) as opened:
        yield opened


@pytest.fixture(scope="session")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> UsedHome:
    """A home that three users started at the same moment, when nothing was there."""
    path = tmp_path_factory.mktemp("embedded") / "home"
    servers = [quick(path, linger_s=5) for _ in range(3)]
    with ThreadPoolExecutor(len(servers)) as threads:
        addresses = frozenset(threads.map(EmbeddedServer.start, servers))
    for server in servers:
        server.detach()
    return UsedHome(path, addresses)


@pytest.fixture
def home(used_home: UsedHome) -> Iterator[Path]:
    """A home whose server does not run; whatever the test starts is stopped in the end."""
    quick(used_home.path).stop()
    yield used_home.path
    quick(used_home.path).stop()
