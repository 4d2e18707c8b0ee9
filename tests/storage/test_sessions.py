"""Sessions in PostgreSQL: saved whole or not at all, once, and rebuilt exactly."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from atlas.core.events import Event
from atlas.core.json import from_json
from atlas.core.playbook import Playbook
from atlas.core.session import RunId
from atlas.core.verdicts import Reward, RewardPart, Verdict
from atlas.errors import StorageError, VersionConflict
from atlas.storage.config import ReviewConfig, StorageConfig
from atlas.storage.store import Store, open_store
from tests.storage.samples import KEY, RUN, entry, failed, playbook, rich, session


async def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    async with store.database.connection() as connection:
        return await (await connection.execute(query.encode())).fetchall()


async def test_a_session_is_rebuilt_exactly(store: Store) -> None:
    await store.sessions.finish(rich())
    assert await store.sessions.finished(rich().session_id) == rich()
    assert await store.sessions.finished(session().session_id) is None


@pytest.mark.parametrize(("required", "status"), [(True, "pending"), (False, "approved")])
async def test_a_session_waits_for_review_where_it_must(
    store: Store, atlas_url: str, required: bool, status: str
) -> None:
    async with open_store(atlas_url, review=ReviewConfig(require_approval=required)) as reviewed:
        await reviewed.sessions.finish(rich())
    assert await rows(store, "SELECT review_status FROM sessions") == [(status,)]


async def test_a_regrade_keeps_the_old_verdicts_beside_the_new(store: Store) -> None:
    old, other = rich(), session("other")
    await store.sessions.finish(old)
    await store.sessions.finish(other)
    verdict = Verdict("structured", "2", False, 0.25, "turn 1 is wrong")
    new = replace(old, verdicts=(verdict,), reward=Reward(0.1, (RewardPart("verifiers", 0.1, 1.0),)))
    await store.sessions.regrade(new)
    assert await store.sessions.finished(old.session_id) == new
    assert await store.sessions.finished(other.session_id) == other
    kept = await graded_earlier(store)
    assert [verdicts for verdicts, _ in kept] == [old.verdicts]
    assert [reward for _, reward in kept] == [old.reward]
    columns = "SELECT metadata -> 'success', reward_stats -> 'score' FROM sessions WHERE task_id <> 'other'"
    assert await rows(store, columns) == [(False, 0.1)]
    await store.sessions.regrade(old)
    assert await graded_earlier(store) == [(old.verdicts, old.reward), (new.verdicts, new.reward)]


async def graded_earlier(store: Store) -> list[tuple[tuple[Verdict, ...], Reward]]:
    ((kept,),) = await rows(store, "SELECT earlier_verdicts FROM sessions WHERE task_id <> 'other'")
    assert isinstance(kept, list)
    verdicts = tuple[Verdict, ...]
    return [(from_json(verdicts, one["verdicts"]), from_json(Reward, one["reward"])) for one in kept]


async def test_only_a_stored_session_is_graded_anew(store: Store) -> None:
    with pytest.raises(StorageError, match="is not in this database, so it cannot be graded anew"):
        await store.sessions.regrade(rich())


async def test_the_tables_hold_what_people_look_for(store: Store) -> None:
    await store.sessions.finish(rich())
    columns = (
        "status, execution_mode, learning_key, simulated, review_status, reward_stats ->> 'score', reward_audit"
    )
    ((*plain, audit),) = await rows(store, f"SELECT {columns} FROM sessions")
    assert plain == ["succeeded", "paired", "crm/chat", True, "pending", "0.8"]
    assert isinstance(audit, list)
    assert [call["stage"] for call in audit] == ["tier1", "arbiter"]
    times = (
        "extract(epoch FROM completed_at - created_at)::float, student_learning LIKE 'remember %', teacher_learning"
    )
    assert await rows(store, f"SELECT {times} FROM sessions") == [(1.5, True, "watch")]
    for table, count in {"plans": 1, "step_results": 2, "step_attempts": 3, "guidance_notes": 2}.items():
        assert await rows(store, f"SELECT count(*) FROM {table} JOIN sessions ON session_id = id") == [(count,)]


async def test_a_failed_session_has_no_reward(store: Store) -> None:
    await store.sessions.finish(failed())
    assert await store.sessions.finished(failed().session_id) == failed()
    assert await rows(store, "SELECT status, reward, reward_stats FROM sessions") == [("failed", None, None)]


async def test_a_replay_takes_the_place_of_a_failed_session(store: Store) -> None:
    await store.sessions.finish(failed())
    await store.sessions.finish(replace(rich(), slot=session().slot))
    assert (await store.sessions.finished(session().session_id)) == replace(rich(), slot=session().slot)
    assert await rows(store, "SELECT count(*) FROM sessions") == [(1,)]


async def test_a_finished_session_is_finished_once(store: Store) -> None:
    await store.sessions.finish(session())
    with pytest.raises(StorageError, match="run-1/learn/t/0 is finished already"):
        await store.sessions.finish(failed(), playbook(1, "a"))
    assert await store.sessions.finished(session().session_id) == session()
    assert await store.playbooks.load(KEY) == Playbook(KEY)


async def test_the_events_of_a_stored_session_are_stored(store: Store) -> None:
    await store.recorder.record(Event(session().session_id, "session.finished", "runtime"))
    await store.sessions.finish(session())
    assert await rows(store, "SELECT event_type FROM trajectory_events") == [("session.finished",)]


async def test_a_run_comes_back_in_the_order_it_was_finished(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas.storage.sessions.BATCH", 2)
    names = ["d", "a", "c", "b", "e"]
    for name in names:
        await store.sessions.finish(session(name))
    await store.sessions.finish(replace(session(), slot=replace(session().slot, run_id=RunId("other"))))
    assert [found async for found in store.sessions.of_run(RUN)] == [session(name) for name in names]


@pytest.mark.parametrize("version", [1, 3])
async def test_a_conflicting_playbook_saves_nothing(store: Store, version: int) -> None:
    await store.sessions.finish(session("first"), playbook(1, "a"))
    with pytest.raises(VersionConflict, match=f"crm/chat: version {version} does not follow"):
        await store.sessions.finish(session("second"), playbook(version, "b"))
    assert await store.sessions.finished(session("second").session_id) is None
    assert await store.playbooks.load(KEY) == playbook(1, "a")
    await store.sessions.finish(session("second"), playbook(2, "a", "b"))
    assert await store.playbooks.load(KEY) == playbook(2, "a", "b")


async def test_sixteen_at_once_lose_no_lesson(new_database: Callable[[], str]) -> None:
    conflicts = 0

    async def learn(store: Store, name: str) -> None:
        nonlocal conflicts
        while True:
            known = await store.playbooks.load(KEY)
            changed = replace(known, version=known.version + 1, entries=(*known.entries, entry(name)))
            try:
                return await store.sessions.finish(session(name), changed)
            except VersionConflict:
                conflicts += 1

    names = [f"lesson-{number:02}" for number in range(16)]
    async with open_store(new_database(), StorageConfig(max_connections=16)) as store:
        await asyncio.gather(*(learn(store, name) for name in names))
        learned = await store.playbooks.load(KEY)
        finished = [found.slot.task_id async for found in store.sessions.of_run(RUN)]
    assert learned.version == 16
    assert sorted(entry.id for entry in learned.entries) == names
    assert sorted(finished) == names
    assert conflicts > 0


async def test_a_record_of_another_version_is_told(store: Store) -> None:
    await store.sessions.finish(session())
    await rows(store, "UPDATE sessions SET record = record - 'family' RETURNING id")
    with pytest.raises(StorageError, match=r"run-1/learn/t/0 was stored in a form .*: .*family"):
        await store.sessions.finished(session().session_id)


async def test_a_slot_is_found_by_its_index(store: Store) -> None:
    for index in ("sessions_once", "sessions_run_idx", "sessions_learning_key_idx", "sessions_reward_score_idx"):
        assert await rows(store, f"SELECT count(*) FROM pg_indexes WHERE indexname = '{index}'") == [(1,)]
