"""Runs in the store: what is handed off whole or not at all, and whose playbooks were their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from atlas.core.playbook import LearningKey, Lessons
from atlas.core.session import RunId, Slot
from atlas.core.tasks import TaskId
from atlas.errors import ConfigError
from atlas.runs.handoff.stored import playbooks_of, source_of
from atlas.storage.reviews import PostgresReviews
from atlas.storage.store import Store, open_store
from tests.storage.samples import KEY, playbook, session


@pytest.fixture
async def store(new_database: Callable[[], str]) -> AsyncIterator[Store]:
    async with open_store(new_database()) as opened:
        yield opened


async def played(store: Store, run: str, task: str, *, key: str = KEY, version: int = 0, arm: str = "run") -> None:
    slot = Slot(RunId(run), arm, TaskId(task))
    one = replace(session(task), slot=slot, lessons=Lessons(LearningKey(key), version))
    await store.sessions.finish(replace(one, finished_at="2026-03-02T09:00:00+00:00"))


async def finished(store: Store, run: str) -> None:
    await store.runs.begin(RunId(run), "run", {})
    await store.runs.complete(RunId(run), "succeeded")


async def test_a_run_with_a_playbook_of_its_own(store: Store, tmp_path: Path) -> None:
    for number, arm in enumerate(("run", "run", "validation/v")):
        await played(store, "mine", f"t{number}", arm=arm, version=number)
    await played(store, "later", "t0", version=2)
    await finished(store, "mine")
    source = await source_of(store, "mine")
    assert (source.folder, source.sessions, source.tasks, source.simulated) == (None, 3, 2, True)
    assert (source.ended, source.follows, source.before, source.meanwhile) == (
        1772442000,
        False,
        frozenset(),
        frozenset(),
    )
    (tmp_path / "run.json").write_text('{"run_id": "mine"}')
    assert (await source_of(store, str(tmp_path))).folder == tmp_path


async def test_what_a_run_began_with_and_who_came_between(store: Store) -> None:
    await played(store, "before", "t0", key="read before")
    await played(store, "elsewhere", "t0", key="another")
    await played(store, "mine", "t0", key="read before")
    await played(store, "other", "t2", key="meanwhile")
    await played(store, "mine", "t3", key="meanwhile")
    await played(store, "mine", "t4", key="own")
    await played(store, "late", "t4", key="own")
    await finished(store, "mine")
    source = await source_of(store, "mine")
    assert (source.follows, source.before, source.meanwhile) == (True, frozenset({"before"}), frozenset({"other"}))


async def test_a_playbook_that_nobody_played_to_fill_is_gone_on_with_too(store: Store) -> None:
    await played(store, "mine", "t0", version=3)
    await finished(store, "mine")
    source = await source_of(store, "mine")
    assert (source.follows, source.before, source.meanwhile) == (True, frozenset(), frozenset())


async def test_keys_with_a_playbook(store: Store) -> None:
    await store.playbooks.save(playbook(1, "a"))
    await played(store, "mine", "t0")
    await played(store, "mine", "t1", key="nothing learned")
    assert await playbooks_of(store, [RunId("mine"), RunId("other")]) == [KEY]


async def test_what_is_not_whole_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not know run nobody"):
        await source_of(store, "nobody")
    await store.runs.begin(RunId("begun"), "run", {})
    with pytest.raises(ConfigError, match="run begun is running; complete it first"):
        await source_of(store, "begun")
    await store.runs.complete(RunId("begun"), "succeeded")
    with pytest.raises(ConfigError, match="has no session"):
        await source_of(store, "begun")
    await played(store, "begun", "t0")
    reviews = PostgresReviews(store.database)
    await reviews.decide(await reviews.find(["begun/run/t0/0"]), "quarantined")
    with pytest.raises(ConfigError, match="1 sessions of run begun are quarantined, and a bundle leaves nothing"):
        await source_of(store, "begun")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text("{}")
    with pytest.raises(ConfigError, match=r"holds several runs; name those .*: .*/one .*/two$"):
        await source_of(store, str(tmp_path))
