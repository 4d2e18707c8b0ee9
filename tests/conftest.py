"""Fixtures of every test: a clean environment and a real PostgreSQL.

One server serves a whole pytest run, workers of xdist included; each worker has databases of its own, named test_*.
With `STORAGE__DATABASE_URL` (a role that may create databases) that server is used instead of an embedded one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from psycopg.conninfo import conninfo_to_dict

from atlas.storage.embedded import EmbeddedServer, ServerAddress
from tests.databases import administer, drop
from tests.storage.servers import SCRATCH_OPTIONS

OWN_SERVER = os.environ.get("STORAGE__DATABASE_URL")
PG_BIN = os.environ.get("PG_BIN")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
STEERING_PREFIXES = ("ATLAS_", "DB_", "PG", "STORAGE__", "OPENAI_", "ANTHROPIC_", "GEMINI_", "LITELLM_")

# The same examples in every run, and no time limit that a busy machine could break.
settings.register_profile("atlas", database=None, deadline=None, derandomize=True)
settings.load_profile("atlas")


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """Whatever the caller's shell sets for Atlas, for a database or for a provider does not reach a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in sorted(os.environ):
            if name.startswith(STEERING_PREFIXES) or name.endswith("_API_KEY"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerAddress]:
    """The server of this run, reached over TCP with a role that may create databases."""
    if OWN_SERVER:
        yield _address_of(OWN_SERVER)
        return
    base = tmp_path_factory.getbasetemp()
    shared: Path = base if WORKER == "main" else base.parent
    with EmbeddedServer(
        shared / "atlas-home", Path(PG_BIN) if PG_BIN else None, options=SCRATCH_OPTIONS, linger_s=1.0
    ) as address:
        yield address


@pytest.fixture(scope="session")
def crm_url(postgres_server: ServerAddress) -> Iterator[str]:
    """An empty database for CRM worlds, of this worker alone; tests leave it as they found it."""
    yield from _database(postgres_server, f"test_crm_{WORKER}")


@pytest.fixture(scope="session")
def atlas_url(postgres_server: ServerAddress) -> Iterator[str]:
    """An empty database for the session store, of this worker alone."""
    yield from _database(postgres_server, f"test_atlas_{WORKER}")


@pytest.fixture
def new_database(postgres_server: ServerAddress, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes an empty database a call (some 30 ms) and returns its URL; all go when the test ends."""
    count = 0

    def make() -> str:
        nonlocal count
        count += 1
        database = _database(postgres_server, f"test_{WORKER}_{os.getpid()}_{count}")
        request.addfinalizer(lambda: next(database, None))
        return next(database)

    return make


def _database(server: ServerAddress, name: str) -> Iterator[str]:
    drop(server, name)
    administer(server, "CREATE DATABASE {}", name)
    yield server.url(name)
    drop(server, name)


def _address_of(url: str) -> ServerAddress:
    parts = conninfo_to_dict(url)
    host, user, password = (str(parts.get(key) or "") for key in ("host", "user", "password"))
    return ServerAddress(host or "localhost", int(parts.get("port") or 5432), user, password)
