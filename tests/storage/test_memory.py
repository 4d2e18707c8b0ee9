"""The store in memory keeps the promises of the real one that the loop relies on."""

from __future__ import annotations

import pytest

from atlas.core.playbook import LearningKey, Playbook
from atlas.errors import VersionConflict
from atlas.storage.memory import MemoryStore
from tests.storage.samples import KEY, playbook, session


async def test_it_begins_with_what_it_is_given() -> None:
    store = MemoryStore(playbook(1, "a"))
    assert (await store.load(KEY)).version == 1
    assert await store.load(LearningKey("other")) == Playbook(LearningKey("other"))


async def test_versions_follow_each_other() -> None:
    store = MemoryStore()
    await store.finish(session("one"), playbook(1, "a"))
    with pytest.raises(VersionConflict):
        await store.finish(session("two"), playbook(1, "b"))
    assert await store.finished(session("two").session_id) is None, "nothing was saved"
    await store.save(playbook(2, "b"))
    assert (await store.load(KEY)).version == 2
    assert await store.finished(session("one").session_id) == session("one")
