"""Candidates in PostgreSQL: staged where nobody reads them, decided once, their figures kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from atlas.core.messages import Usage
from atlas.core.playbook import Playbook, Proposal
from atlas.core.session import Session
from atlas.core.trial import Fingerprint, Trial
from atlas.errors import ConfigError, StorageError, VersionConflict
from atlas.storage.reviews import PostgresReviews
from atlas.storage.store import Store
from tests.storage.samples import KEY, RUN, entry, playbook, session

TRIAL = Trial(
    0, ("s",), "slice", 2, 2, 0, 1, 0, 0.5, 1.0, -0.01, 0.02, 0.05, 0.05, True, "better", 0, True, Usage(1, 2, 3)
)  # fmt: skip


@pytest.fixture(autouse=True)
async def no_candidates(store: Store) -> None:
    async with store.database.connection() as connection:
        await connection.execute("DELETE FROM playbook_candidates")


def taught(name: str) -> Session:
    print_ = Fingerprint(name, (f"says {name}",), (f"record {name}",))
    done = replace(session(name), proposal=Proposal((entry(name),)), fingerprint=print_)
    source = replace(entry(name).provenance, source_session_id=done.session_id)
    return replace(done, proposal=Proposal((replace(entry(name), provenance=source),)))


async def waiting(store: Store, *names: str) -> list[Session]:
    sessions = [taught(name) for name in names]
    for each in sessions:
        await store.sessions.finish(each, pending=True)
    return sessions


async def stage(store: Store, *sessions: Session, version: int = 1) -> Playbook:
    entries = tuple(each for s in sessions if s.proposal for each in s.proposal.accepted)
    proposed = Playbook(KEY, version, entries, parent=version - 1 or None, author="batch")
    await store.candidates.stage(proposed, version - 1, [s.session_id for s in sessions], RUN)
    return proposed


async def lessons(store: Store) -> list[str]:
    return [lesson.session_id for lesson in await store.candidates.pending(KEY)]


async def test_what_is_staged_is_read_by_nobody(store: Store) -> None:
    proposed = await stage(store, *await waiting(store, "a", "b"))
    assert await store.playbooks.load(KEY) == Playbook(KEY)
    assert await store.playbooks.history(KEY) == ()
    staged = await store.candidates.staged(KEY)
    assert staged is not None
    assert (staged.playbook, staged.base) == (proposed, 0)


async def test_an_accepted_candidate_is_a_version_with_its_trial(store: Store) -> None:
    proposed = await stage(store, *await waiting(store, "a", "b"))
    staged = await store.candidates.staged(KEY)
    assert staged is not None
    await store.candidates.accept(staged, TRIAL)
    assert await store.playbooks.load(KEY) == replace(proposed, trial=TRIAL)
    assert await lessons(store) == []
    (past,) = await store.candidates.history(KEY)
    assert (past.status, past.version, past.trial) == ("accepted", 1, TRIAL)
    with pytest.raises(VersionConflict):
        await store.candidates.accept(staged, TRIAL)


async def test_a_rejected_candidate_leaves_nothing_but_its_record(store: Store) -> None:
    await stage(store, *await waiting(store, "a"))
    staged = await store.candidates.staged(KEY)
    assert staged is not None
    await store.candidates.reject(staged, replace(TRIAL, accepted=False))
    assert await store.playbooks.load(KEY) == Playbook(KEY)
    assert await store.candidates.staged(KEY) is None
    assert await lessons(store) == []
    (past,) = await store.candidates.history(KEY)
    assert (past.status, past.version) == ("rejected", None)


async def test_a_base_that_moved_is_a_conflict_and_the_lessons_wait_on(store: Store) -> None:
    sessions = await waiting(store, "a")
    await stage(store, *sessions)
    staged = await store.candidates.staged(KEY)
    assert staged is not None
    await store.playbooks.save(playbook(1, "by hand"))
    with pytest.raises(VersionConflict):
        await store.candidates.accept(staged, TRIAL)
    await store.candidates.withdraw(staged)
    assert await store.candidates.staged(KEY) is None
    assert await lessons(store) == [sessions[0].session_id]


async def test_one_candidate_a_playbook(store: Store) -> None:
    sessions = await waiting(store, "a", "b")
    await stage(store, sessions[0])
    with pytest.raises(StorageError):
        await stage(store, sessions[1])


async def test_lessons_of_a_quarantined_session_never_act(store: Store) -> None:
    sessions = await waiting(store, "a", "b")
    await stage(store, *sessions)
    staged = await store.candidates.staged(KEY)
    assert staged is not None
    reviews = PostgresReviews(store.database)
    await reviews.decide(await reviews.find([sessions[0].session_id]), "quarantined")
    assert await lessons(store) == [sessions[1].session_id]
    with pytest.raises(ConfigError, match="quarantined"):
        await store.candidates.accept(staged, TRIAL)
    assert await store.playbooks.load(KEY) == Playbook(KEY)


async def test_a_session_that_failed_below_us_has_no_lesson_waiting(store: Store) -> None:
    from tests.storage.samples import failed

    await store.sessions.finish(failed(), pending=True)
    assert await lessons(store) == []


async def test_fingerprints_and_those_that_are_unknown(store: Store) -> None:
    (one,) = await waiting(store, "a")
    bare = replace(session("bare"), proposal=Proposal((entry("x"),)))
    await store.sessions.finish(bare)
    known, unknown = await store.candidates.fingerprints([one.session_id, bare.session_id])
    assert known == (one.fingerprint,)
    assert unknown == 1


async def test_of_two_one_decides_and_the_other_goes_on(store: Store) -> None:
    async with store.candidates.deciding(KEY, wait=False) as ours:
        assert ours
        async with store.candidates.deciding(KEY, wait=False) as theirs:
            assert not theirs
        waits = asyncio.create_task(_wait_for_turn(store))
        await asyncio.sleep(0.05)
        assert not waits.done()
    assert await waits


async def _wait_for_turn(store: Store) -> bool:
    async with store.candidates.deciding(KEY, wait=True) as ours:
        return ours
