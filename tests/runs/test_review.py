"""A review: what a decision does to the playbooks, also while sessions keep teaching them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import get_args

import pytest

import atlas.cli.statuses as cli
import atlas.export.form as export
import atlas.storage.reviews as storage
from atlas.core.playbook import Entry, LearningKey, Playbook, Proposal
from atlas.core.session import Session
from atlas.errors import ConfigError, VersionConflict
from atlas.learning.merge import merge
from atlas.runs.review import approve_sessions, list_sessions, quarantine_sessions
from atlas.settings import Settings
from atlas.storage.config import StorageConfig
from atlas.storage.reviews import PostgresReviews
from atlas.storage.store import Store, open_store
from tests.storage.samples import KEY, entry, failed, session

# The same words stand in three places that may not know each other.
STATUSES = [get_args(storage.ReviewStatus), get_args(export.ReviewStatus), tuple(map(str, cli.ReviewStatus))]
SETTINGS = Settings.load({"ATLAS_HOME": "/nonexistent"})


@pytest.fixture
async def store(new_database: Callable[[], str]) -> AsyncIterator[Store]:
    async with open_store(new_database(), StorageConfig(max_connections=16)) as opened:
        yield opened


@pytest.fixture
def url(store: Store) -> str:
    return store.database._url


def lesson(name: str, source: Session) -> Entry:
    plain = entry(name)
    return replace(plain, provenance=replace(plain.provenance, source_session_id=source.session_id))


async def finish(store: Store, name: str, *lessons: str) -> Session:
    """A finished session and the version it taught, merged anew when another one was faster, as the loop does."""
    done = session(name)
    done = replace(done, proposal=Proposal(tuple(lesson(each, done) for each in lessons)))
    while True:
        playbook = await store.playbooks.load(KEY)
        changed = merge(playbook, done.proposal or Proposal(), author=done.session_id)
        try:
            await store.sessions.finish(done, changed)
            return done
        except VersionConflict:
            continue


async def entries(store: Store, key: LearningKey = KEY) -> list[str]:
    return [each.id for each in (await store.playbooks.load(key)).entries]


async def test_quarantined_lessons_go_and_come_back(
    store: Store, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    a = await finish(store, "a", "x")
    b = await finish(store, "b", "y", "z")
    await quarantine_sessions(SETTINGS, url, [b.session_id], "names  a\ncustomer")
    assert await entries(store) == ["x"]
    newest = (await store.playbooks.history(KEY))[-1]
    assert newest.playbook.author == "review: quarantined run-1/learn/b/0"
    assert (newest.playbook.parent, newest.session_id) == (2, None)
    assert "playbook crm/chat is now at version 3: entries 2 removed" in capsys.readouterr().out
    await finish(store, "c", "w")
    await approve_sessions(SETTINGS, url, [b.session_id, a.session_id], "")
    assert await entries(store) == ["w", "x", "y", "z"]
    assert "2 added" in capsys.readouterr().out
    (found,) = await PostgresReviews(store.database).find([b.session_id])
    assert "quarantined: names a customer\n" in (found.notes or "")


async def test_what_was_copied_under_another_key_goes_too(store: Store, url: str) -> None:
    a = await finish(store, "a", "x")
    other = Playbook(LearningKey("production"), 1, (lesson("x", a), lesson("own", session("elsewhere"))))
    await store.playbooks.save(other)
    await quarantine_sessions(SETTINGS, url, [a.session_id], "no")
    assert (await entries(store), await entries(store, other.key)) == ([], ["own"])


async def test_a_second_quarantine_takes_back_what_the_first_one_hid(store: Store, url: str) -> None:
    """x was worded by a, then by b, then by c: with b and c gone, a's wording stands, in whatever order they go."""
    for name, effect in (("a", "good"), ("b", "bad"), ("c", "worse")):
        done = session(name)
        worded = replace(lesson("x", done), expected_effect=effect)
        playbook = merge(await store.playbooks.load(KEY), Proposal((worded,)), author=name)
        await store.sessions.finish(replace(done, proposal=Proposal((worded,))), playbook)
    await quarantine_sessions(SETTINGS, url, [session("b").session_id], "no")
    assert (await store.playbooks.load(KEY)).entries[0].expected_effect == "worse"
    await quarantine_sessions(SETTINGS, url, [session("c").session_id], "no")
    assert (await store.playbooks.load(KEY)).entries[0].expected_effect == "good"


async def test_nothing_was_taught_so_nothing_changes(store: Store, url: str) -> None:
    await finish(store, "a", "x")
    await store.sessions.finish(failed("b"))
    await quarantine_sessions(SETTINGS, url, [failed("b").session_id], "no")
    await approve_sessions(SETTINGS, url, [failed("b").session_id, session("a").session_id], "fine")
    await approve_sessions(SETTINGS, url, [failed("b").session_id], "fine")
    assert (await store.playbooks.load(KEY)).version == 1


async def test_all_or_none(store: Store, url: str) -> None:
    a = await finish(store, "a", "x")
    with pytest.raises(ConfigError, match="no such session: run-1/learn/no/0"):
        await quarantine_sessions(SETTINGS, url, [a.session_id, "run-1/learn/no/0"], "no")
    with pytest.raises(ConfigError, match="--note is empty"):
        await quarantine_sessions(SETTINGS, url, [a.session_id], " \n")
    assert await entries(store) == ["x"]
    assert (await PostgresReviews(store.database).counts())["pending"] == 1


async def test_while_sixteen_sessions_teach_no_lesson_is_lost_and_none_comes_back(store: Store, url: str) -> None:
    bad = [await finish(store, f"bad-{number}", f"bad-{number}") for number in range(3)]
    names = [f"lesson-{number:02}" for number in range(16)]
    await asyncio.gather(
        *(finish(store, name, name) for name in names),
        *(quarantine_sessions(SETTINGS, url, [each.session_id], "no") for each in bad),
    )
    assert await entries(store) == names
    assert await PostgresReviews(store.database).counts() == {"pending": 16, "approved": 0, "quarantined": 3}


async def test_the_list_says_what_a_reviewer_needs(
    store: Store, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await finish(store, "a", "x")
    await store.sessions.finish(failed("b"))
    await quarantine_sessions(SETTINGS, url, [session("a").session_id], "names a customer")
    capsys.readouterr()
    await list_sessions(SETTINGS, url, ("pending", "approved", "quarantined"), None, 1)
    out = capsys.readouterr().out
    assert "pending      no reward, failed" in out
    assert "run-1/learn/b/0" in out
    assert "the last 1 of 2 sessions (1 pending, 0 approved, 1 quarantined)" in out
    await list_sessions(SETTINGS, url, ("quarantined",), KEY, 10)
    out = capsys.readouterr().out
    assert "reward 0.50, not graded" in out
    assert "How many quotes?" in out
    assert "quarantined: names a customer" in out
    await list_sessions(SETTINGS, url, ("approved", "quarantined"), LearningKey("other"), 10)
    assert capsys.readouterr().out == "no session is approved or quarantined\n"


def test_the_statuses_are_the_same_everywhere() -> None:
    assert STATUSES == [("pending", "approved", "quarantined")] * 3
