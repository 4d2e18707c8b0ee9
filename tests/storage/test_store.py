"""The store: its schema is brought up to date, or refused where that is not wanted."""

from collections.abc import Callable

import pytest

from atlas.errors import StorageError
from atlas.storage.config import StorageConfig
from atlas.storage.store import open_store
from tests.storage.samples import session


async def test_opened_twice_it_keeps_what_it_has(new_database: Callable[[], str]) -> None:
    url = new_database()
    async with open_store(url) as store:
        await store.sessions.finish(session())
    async with open_store(url, StorageConfig(apply_schema_on_connect=False)) as store:
        assert await store.sessions.finished(session().session_id) == session()


async def test_no_schema_and_none_to_be_made(new_database: Callable[[], str]) -> None:
    with pytest.raises(StorageError, match="atlas db migrate"):
        async with open_store(new_database(), StorageConfig(apply_schema_on_connect=False)):
            pass
