"""Reviews in PostgreSQL: decided once, with the playbooks, or not at all."""

from __future__ import annotations

import asyncio

import pytest

from atlas.core.playbook import LearningKey, Playbook
from atlas.errors import ConfigError, VersionConflict
from atlas.storage.reviews import PostgresReviews
from atlas.storage.store import Store
from tests.storage.samples import KEY, failed, playbook, rich, session


@pytest.fixture
def reviews(store: Store) -> PostgresReviews:
    return PostgresReviews(store.database)


async def test_what_a_reviewer_sees(store: Store, reviews: PostgresReviews) -> None:
    await store.sessions.finish(rich())
    await store.sessions.finish(failed("other"))
    newest, oldest = await reviews.listed(("pending",), None, 10)
    assert (newest.session_id, newest.status, newest.success, newest.reward) == (
        failed("other").session_id,
        "failed",
        None,
        None,
    )
    assert (oldest.session_id, oldest.status, oldest.success, oldest.reward) == (
        rich().session_id,
        "succeeded",
        True,
        0.8,
    )
    assert (oldest.review_status, oldest.notes, oldest.learning_key) == ("pending", None, KEY)
    assert oldest.task.startswith("Find it")
    assert await reviews.listed(("pending",), None, 1) == (newest,)
    assert await reviews.listed(("approved", "quarantined"), None, 10) == ()
    assert await reviews.listed(("pending",), LearningKey("other"), 10) == ()
    assert await reviews.counts() == {"pending": 2, "approved": 0, "quarantined": 0}
    assert await reviews.counts(LearningKey("other")) == {"pending": 0, "approved": 0, "quarantined": 0}


async def test_found_by_number_and_by_id(store: Store, reviews: PostgresReviews) -> None:
    await store.sessions.finish(session("a"))
    await store.sessions.finish(session("b"))
    b, a = await reviews.listed(("pending",), None, 10)
    assert await reviews.find([str(b.id), a.session_id]) == (a, b)
    assert await reviews.find([str(a.id), a.session_id]) == (a,)


@pytest.mark.parametrize("name", ["run-1/learn/no/0", "0", "99999999999999999999999", "-1", "", "٣"])
async def test_an_unknown_session_is_named(reviews: PostgresReviews, store: Store, name: str) -> None:
    await store.sessions.finish(session("a"))
    with pytest.raises(ConfigError, match="no such session") as refused:
        await reviews.find([session("a").session_id, name])
    assert session("a").session_id not in str(refused.value)


async def test_every_decision_leaves_a_line(store: Store, reviews: PostgresReviews) -> None:
    await store.sessions.finish(session("a"))
    for status, note in (("quarantined", "names a\0 person"), ("approved", ""), ("pending", "once more")):
        await reviews.decide(await reviews.find([session("a").session_id]), status, note)  # type: ignore[arg-type]
    (found,) = await reviews.find([session("a").session_id])
    assert found.review_status == "pending"
    lines = (found.notes or "").splitlines()
    assert [line.partition(" ")[2] for line in lines] == [
        "quarantined: names a\ufffd person",
        "approved",
        "pending: once more",
    ]


async def test_of_two_decisions_at_once_the_second_is_told(store: Store, reviews: PostgresReviews) -> None:
    await store.sessions.finish(session("a"))
    read = await reviews.find([session("a").session_id])
    outcomes = await asyncio.gather(
        reviews.decide(read, "approved"), reviews.decide(read, "quarantined", "no"), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [VersionConflict]


async def test_a_session_that_was_replayed_meanwhile_is_told(store: Store, reviews: PostgresReviews) -> None:
    await store.sessions.finish(failed("a"))
    read = await reviews.find([session("a").session_id])
    await store.sessions.finish(session("a"))
    with pytest.raises(VersionConflict):
        await reviews.decide(read, "quarantined", "no")
    assert await reviews.counts() == {"pending": 1, "approved": 0, "quarantined": 0}


async def test_a_conflicting_playbook_leaves_the_review_as_it_was(store: Store, reviews: PostgresReviews) -> None:
    await store.sessions.finish(session("a"), playbook(1, "x"))
    read = await reviews.find([session("a").session_id])
    with pytest.raises(VersionConflict):
        await reviews.decide(read, "quarantined", "no", [Playbook(LearningKey("other"), 1), playbook(1)])
    assert await reviews.counts() == {"pending": 1, "approved": 0, "quarantined": 0}
    assert await store.playbooks.keys() == (KEY,)


async def test_no_quarantine_while_a_playbook_holds_the_lesson(store: Store, reviews: PostgresReviews) -> None:
    """Somebody saved a version with it after the reviewer looked: the reviewer must look again."""
    await store.sessions.finish(session("t"), playbook(1, "x"))  # whose entries come from run-1/learn/t/0
    read = await reviews.find([session("t").session_id])
    with pytest.raises(VersionConflict, match="was changed meanwhile"):
        await reviews.decide(read, "quarantined", "no")
    await reviews.decide(read, "quarantined", "no", [playbook(2)])
    assert await reviews.quarantined([KEY]) == {session("t").session_id}
    assert await reviews.quarantined([LearningKey("other")]) == frozenset()


async def test_a_replay_begins_unreviewed(store: Store, reviews: PostgresReviews) -> None:
    await store.sessions.finish(failed("a"))
    await reviews.decide(await reviews.find([session("a").session_id]), "quarantined", "an outage")
    await store.sessions.finish(session("a"))
    (found,) = await reviews.find([session("a").session_id])
    assert (found.review_status, found.notes) == ("pending", None)


async def test_lists_use_their_index(store: Store) -> None:
    async with store.database.connection() as connection:
        await connection.execute("SET enable_seqscan = off")
        statement = "EXPLAIN SELECT id FROM sessions WHERE review_status = ANY('{pending}')"
        plan = await (await connection.execute(statement)).fetchall()
        await connection.execute("RESET enable_seqscan")
    assert any("sessions_review_status_idx" in row[0] for row in plan), plan
