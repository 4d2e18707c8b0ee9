"""Draws: past sessions are looked up once, those of the run are counted, and a reworded entry begins anew."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.playbook import Entry, EntryId, Lessons, Playbook
from atlas.core.session import Failure, Session
from atlas.learning.draws import Draws
from tests.learning.making import book, make_entry
from tests.storage.samples import session
from tests.stores import MemoryStore

A, B = EntryId("a"), EntryId("b")


def drew(playbook: Playbook, number: int, *entries: EntryId) -> Session:
    lessons = Lessons(playbook.key, playbook.version, shown=entries, withhold_rates=dict.fromkeys(entries, 0.3))
    return replace(session(f"t{number}"), lessons=lessons, failure=None, simulated=True)


def entry(name: str, imperative: str = "Look first") -> Entry:
    return make_entry(imperative=imperative, name=name)


async def test_sessions_before_the_run_and_in_it_are_counted_once_each() -> None:
    playbook, store = book(entry("a"), entry("b")), MemoryStore()
    await store.finish(drew(playbook, 1, A))
    draws = Draws(store, simulated=True)
    assert await draws.so_far(playbook) == {A: 1}
    played = drew(playbook, 2, A, B)
    await store.finish(played)
    draws.add(played)
    assert await draws.so_far(playbook) == {A: 2, B: 1}


async def test_other_students_and_failed_sessions_do_not_count() -> None:
    playbook, store = book(entry("a")), MemoryStore()
    failed = replace(drew(playbook, 1, A), failure=Failure("model", "ModelError", "down"))
    await store.finish(failed)
    await store.finish(replace(drew(playbook, 2, A), simulated=False))
    draws = Draws(store, simulated=True)
    assert await draws.so_far(playbook) == {}
    draws.add(failed)
    assert await draws.so_far(playbook) == {}


async def test_a_reworded_entry_is_new_again_and_another_lifecycle_is_no_rewording() -> None:
    first, store = book(entry("a"), entry("b")), MemoryStore()
    draws = Draws(store, simulated=True)
    await draws.so_far(first)
    draws.add(drew(first, 1, A, B))
    promoted = replace(entry("b"), lifecycle="provisional")
    second = replace(first, version=first.version + 1, entries=(entry("a", "Look twice"), promoted))
    assert await draws.so_far(second) == {A: 0, B: 1}
    draws.add(drew(second, 2, A))
    assert await draws.so_far(second) == {A: 1, B: 1}
