"""Playbooks in PostgreSQL: every version kept, none skipped, none overwritten."""

import pytest

from atlas.core.playbook import LearningKey, Playbook
from atlas.errors import ConfigError, StorageError, VersionConflict
from atlas.storage.reviews import PostgresReviews
from atlas.storage.store import Store
from tests.storage.samples import KEY, entry, playbook, session


async def test_nobody_saved_one_yet(store: Store) -> None:
    assert await store.playbooks.load(KEY) == Playbook(KEY)
    assert await store.playbooks.history(KEY) == ()
    assert await store.playbooks.keys() == ()


async def test_history_keeps_who_and_why(store: Store) -> None:
    await store.sessions.finish(session(), playbook(1, "a"))
    await store.playbooks.save(playbook(2, "b"))
    first, second = await store.playbooks.history(KEY)
    assert (first.playbook, first.session_id) == (playbook(1, "a"), session().session_id)
    assert (second.playbook, second.session_id) == (playbook(2, "b"), None)
    assert await store.playbooks.load(KEY) == playbook(2, "b")


async def test_keys_are_apart(store: Store) -> None:
    other = Playbook(LearningKey("another"), 1)
    await store.playbooks.save(playbook(1))
    await store.playbooks.save(other)
    assert await store.playbooks.keys() == ("another", KEY)
    assert await store.playbooks.load(other.key) == other


@pytest.mark.parametrize("version", [1, 3])
async def test_only_the_next_version_is_taken(store: Store, version: int) -> None:
    await store.playbooks.save(playbook(1, "a"))
    with pytest.raises(VersionConflict):
        await store.playbooks.save(playbook(version, "b"))
    assert len(await store.playbooks.history(KEY)) == 1


async def test_the_first_version_is_one(store: Store) -> None:
    with pytest.raises(VersionConflict):
        await store.playbooks.save(playbook(2, "a"))
    with pytest.raises(StorageError):
        await store.playbooks.save(playbook(0, "a"))


async def test_the_registry_shows_the_newest(store: Store) -> None:
    await store.playbooks.save(playbook(1, "a"))
    entries = (entry("b"), entry("c", "teacher"), entry("d", lifecycle="provisional"))
    await store.playbooks.save(Playbook(KEY, 2, entries, parent=1, author="person"))
    async with store.database.connection() as connection:
        found = await connection.execute(
            "SELECT version, student_learning, teacher_learning, metadata FROM learning_registry"
        )
        ((version, student, teacher, metadata),) = await found.fetchall()
    assert (version, student, teacher) == (2, "- Do b", "- Do c")
    assert metadata["entries"] == {"active": 2, "provisional": 1}
    assert (metadata["author"], metadata["parent"]) == ("person", 1)


async def test_what_each_session_changed_the_last_first(store: Store) -> None:
    await store.sessions.finish(session("a"), playbook(1, "x"))
    await store.playbooks.save(playbook(2, "x", "y"))
    await store.sessions.finish(session("b"), playbook(3, "z"))
    sources = [session("a").session_id, session("b").session_id]
    assert await store.playbooks.taught(sources) == {
        KEY: [(playbook(2, "x", "y"), playbook(3, "z")), (Playbook(KEY), playbook(1, "x"))]
    }
    assert await store.playbooks.taught([]) == {}


async def test_only_the_newest_version_counts_as_holding(store: Store) -> None:
    source = session("t").session_id  # the source of the sample entries
    other = Playbook(LearningKey("another"), 1, (entry("x"),))
    await store.playbooks.save(playbook(1, "x"))
    await store.playbooks.save(other)
    assert await store.playbooks.holding([source, session("b").session_id]) == (other, playbook(1, "x"))
    await store.playbooks.save(playbook(2))
    assert await store.playbooks.holding([source]) == (other,)
    assert await store.playbooks.holding([session("b").session_id]) == ()


async def test_what_a_quarantined_session_taught_is_not_saved_again(store: Store) -> None:
    reviews = PostgresReviews(store.database)
    await store.sessions.finish(session("t"), playbook(1, "x"))
    await reviews.decide(await reviews.find([session("t").session_id]), "quarantined", "no", [playbook(2)])
    with pytest.raises(ConfigError, match=r"must not act: x \(session run-1/learn/t/0\)"):
        await store.playbooks.save(playbook(3, "x"))
    assert (await store.playbooks.load(KEY)).version == 2
    await reviews.decide(await reviews.find([session("t").session_id]), "approved")
    await store.playbooks.save(playbook(3, "x"))
