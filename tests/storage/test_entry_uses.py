"""Entry uses in PostgreSQL: which sessions count for which entry, and the sums against ones made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from atlas.core.impact import MEASURES, Evidence, Outcomes
from atlas.core.json import JsonObject
from atlas.core.messages import Usage
from atlas.core.playbook import Entry, EntryId, LearningKey, Lessons, Playbook
from atlas.core.session import Session, Validation
from atlas.core.verdicts import Reward, Verdict
from atlas.storage.database import Database
from atlas.storage.entry_uses import PostgresEntryUses
from atlas.storage.jsonb import jsonb
from atlas.storage.migrations import migrate, migrations
from atlas.storage.reviews import PostgresReviews
from atlas.storage.store import Store
from tests.storage.samples import KEY, entry, playbook, session

E1, E2 = EntryId("e1"), EntryId("e2")


def record(hits: int = 1, adopted: int = 0, failed: int = 0) -> JsonObject:
    return {"cue_hits": hits, "action_adoptions": adopted + failed, "successful_adoptions": adopted}


def tracked(
    task: str,
    reward: float,
    lessons: Lessons,
    *,
    trial: int = 0,
    tokens: int = 100,
    sent_back: int = 0,
    use: JsonObject | None = None,
) -> Session:
    """A learning session; every entry it called for has the usage `use`."""
    base = session(task, trial)
    assert base.played is not None
    (stands,) = base.played.attempts
    refused = Validation(False, "again")
    tries = [replace(stands, number=number + 1, validation=refused) for number in range(sent_back)]
    attempts = (*tries, replace(stands, number=sent_back + 1))
    return replace(
        base,
        lessons=lessons,
        played=replace(base.played, attempts=attempts),
        reward=Reward(reward, ()),
        verdicts=(Verdict("structured", "1", reward == 1.0, reward, "so"),),
        usage={"student": Usage(tokens, 0, 1, None)},
        learning_usage={"roles": {"student": {e: use or record() for e in lessons.matched}}, "session": {}},
    )


def lessons(*, shown: Sequence[EntryId] = (), withheld: Sequence[EntryId] = (), rate: float = 0.25) -> Lessons:
    return Lessons(
        KEY,
        1,
        shown=tuple(shown),
        withheld=tuple(withheld),
        withhold_rates=dict.fromkeys((*shown, *withheld), rate) if rate else {},
    )


async def evidence(store: Store, entry_id: EntryId = E1, key: LearningKey = KEY) -> Evidence:
    found = {each.entry_id: each for each in await store.entry_uses.evidence(key, simulated=True)}
    return found[entry_id]


async def test_a_playbook_that_no_session_read_has_no_evidence(store: Store) -> None:
    await store.playbooks.save(playbook(1, "e1"))
    assert await store.entry_uses.evidence(KEY, simulated=True) == ()
    assert await store.entry_uses.sessions(KEY) == {}


async def test_outcomes_are_counted_by_treatment_rate_and_result(store: Store) -> None:
    await store.playbooks.save(playbook(1, "e1", "e2"))
    for number, (reward, told) in enumerate(
        [
            (1.0, lessons(shown=[E1])),
            (1.0, lessons(shown=[E1], withheld=[E2])),
            (0.25, lessons(shown=[E1])),
            (0.25, lessons(withheld=[E1])),
            (1.0, lessons(shown=[E1], rate=0.5)),
            (1.0, lessons(shown=[E1], rate=0.0)),  # nothing was drawn: no evidence of this kind
            (1.0, replace(lessons(), left_out=(E1,))),
        ]
    ):
        await store.sessions.finish(tracked(f"t{number}", reward, told))
    found = await evidence(store)
    assert found.outcomes == (
        Outcomes("shown", 0.25, 0.25, False, 1),
        Outcomes("shown", 0.25, 1.0, True, 2),
        Outcomes("shown", 0.5, 1.0, True, 1),
        Outcomes("withheld", 0.25, 0.25, False, 1),
    )
    assert (found.tasks, found.tasks_fired, found.tasks_passed, found.left_out) == (7, 5, 4, 1)
    assert (await evidence(store, E2)).outcomes == (Outcomes("withheld", 0.25, 1.0, True, 1),)


async def test_totals_and_products_are_those_of_the_tasks(store: Store) -> None:
    await store.playbooks.save(playbook(1, "e1", "e2"))
    told, silent = lessons(shown=[E1]), lessons(shown=[E2])
    played = [
        tracked("a", 1.0, told, tokens=10, use=record(2, 1)),
        tracked("a", 0.5, told, trial=1, tokens=30, sent_back=1, use=record(1, 0, 1)),
        tracked("a", 0.5, silent, trial=2, tokens=50),
        tracked("b", 1.0, told, tokens=20, use=record(3, 2)),
        tracked("c", 0.0, silent, tokens=60, sent_back=2),
        tracked("d", 1.0, lessons(withheld=[E1]), tokens=70),
    ]
    for each in played:
        await store.sessions.finish(each)
    found = await evidence(store)
    by_task = {
        "a": (2, 1.5, 2, 1, 40, 1, 1, 0.5, 1, 0, 50, 0, 3, 1),
        "b": (1, 1.0, 1, 1, 20, 0, 0, 0, 0, 0, 0, 0, 3, 2),
        "c": (0, 0, 0, 0, 0, 0, 1, 0.0, 1, 0, 60, 2, 0, 0),
        "d": (0,) * 14,
    }
    assert found.totals == tuple(sum(column) for column in zip(*by_task.values(), strict=True))
    for i in range(len(MEASURES)):
        for j in range(len(MEASURES)):
            assert found.products[i][j] == pytest.approx(sum(row[i] * row[j] for row in by_task.values()))
    assert found.failed_adoptions == 1
    assert found.total("cue_hits") == 6


async def test_what_failed_was_quarantined_or_is_of_another_kind_does_not_count(store: Store) -> None:
    await store.playbooks.save(playbook(1, "e1"))
    told = lessons(shown=[E1])
    await store.sessions.finish(tracked("good", 1.0, told))
    await store.sessions.finish(tracked("bad", 0.0, told))
    await store.sessions.finish(replace(tracked("real", 0.5, told), simulated=False))
    await store.sessions.finish(replace(tracked("frozen", 0.0, told), learning_usage={}))
    await store.sessions.finish(replace(tracked("ungraded", 0.0, told), reward=None))
    reviews = PostgresReviews(store.database)
    await reviews.decide(await reviews.find(["run-1/learn/bad/0"]), "quarantined")
    assert (await evidence(store)).outcomes == (Outcomes("shown", 0.25, 1.0, True, 1),)
    assert await store.entry_uses.sessions(KEY) == {True: 1, False: 1}
    (real,) = await store.entry_uses.evidence(KEY, simulated=False)
    assert [(each.reward, each.sessions) for each in real.outcomes] == [(0.5, 1)]


async def test_an_entry_counts_from_when_it_was_there_in_its_present_wording(store: Store) -> None:
    def version(number: int, *entries: Entry) -> Playbook:
        return replace(playbook(number), entries=entries)

    old = entry("e1")
    new = replace(old, action=replace(old.action, imperative="Do it otherwise"))
    retired = replace(new, lifecycle="deprecated")
    for number, each in enumerate((old, new, retired, new), 1):
        await store.playbooks.save(version(number, each))
    for number in range(5):
        told = replace(lessons(shown=[E1] if number in (1, 2, 4) else []), version=number)
        await store.sessions.finish(tracked(f"t{number}", number / 10, told))
    found = await evidence(store)
    assert [outcome.reward for outcome in found.outcomes] == [0.2, 0.4]
    assert found.total("idle") == 0, "neither version 0 nor 1 nor the one that had retired it says anything of it"


async def test_a_regraded_session_counts_with_its_new_reward(store: Store) -> None:
    await store.playbooks.save(playbook(1, "e1"))
    graded = tracked("t", 0.0, lessons(shown=[E1]))
    await store.sessions.finish(graded)
    right = (Verdict("structured", "2", True, 1.0, "so"),)
    await store.sessions.regrade(replace(graded, reward=Reward(1.0, ()), verdicts=right))
    assert (await evidence(store)).outcomes == (Outcomes("shown", 0.25, 1.0, True, 1),)


async def test_sessions_of_earlier_versions_are_taken_over(empty_database: Database) -> None:
    """What an older Atlas stored: usage without a word on withholding."""
    await migrate(empty_database, migrations()[:3])
    used = {"cue_hits": 2, "action_adoptions": 1, "successful_adoptions": 1}
    usage = {"roles": {"student": {"e1": {"shown": True, **used}, "e2": {"shown": False, "cue_hits": 1}}}}
    insert = """
        INSERT INTO sessions (session_key, run_id, arm, task_id, trial, task, learning_key, playbook_version,
            simulated, metadata, record, created_at, status)
        VALUES ('s', 'r', 'a', 't', 0, 'x', 'k', 1, true, %s, '{"played": null}', now(), 'succeeded')
    """
    async with empty_database.connection() as connection:
        metadata = {"success": True, "token_usage": {"total_tokens": 7}, "learning_usage": usage}
        await connection.execute(insert, [jsonb(metadata)])
    await migrate(empty_database)
    async with empty_database.connection() as connection:
        rows = await (await connection.execute("SELECT * FROM entry_uses ORDER BY entry_id")).fetchall()
        columns = "SELECT tracked, outcome_success, outcome_tokens, outcome_sent_back FROM sessions"
        made = await (await connection.execute(columns)).fetchone()
    assert [row[1:] for row in rows] == [("e1", "shown", 0.0, 2, 1, 1), ("e2", "left_out", 0.0, 1, 0, 0)]
    assert made == (True, True, 7, 0)
    assert await PostgresEntryUses(empty_database).sessions(LearningKey("k")) == {}


async def test_sessions_that_drew_for_an_entry_are_counted_in_its_present_wording(store: Store) -> None:
    first = playbook(1, "e1", "e2")
    await store.playbooks.save(first)
    await store.sessions.finish(tracked("a", 1.0, lessons(shown=[E1], withheld=[E2])))
    await store.sessions.finish(tracked("b", 1.0, lessons(withheld=[E1])))
    await store.sessions.finish(tracked("c", 1.0, lessons(shown=[E1], rate=0.0)))  # nothing was drawn
    assert await store.sessions.drawn(first, simulated=True) == {E1: 2, E2: 1}
    assert await store.sessions.drawn(first, simulated=False) == {}
    reworded = replace(entry("e1"), action=replace(entry("e1").action, imperative="Do it another way"))
    second = replace(playbook(2, "e2"), parent=1)
    second = replace(second, entries=(reworded, *second.entries))
    await store.playbooks.save(second)
    assert await store.sessions.drawn(second, simulated=True) == {E2: 1}


async def test_sums_do_not_depend_on_the_order_of_the_rows(store: Store) -> None:
    """(0.1 + 0.2) + 0.3 is not 0.1 + (0.2 + 0.3) in doubles, and PostgreSQL takes rows as its plan has them."""
    rewards = [0.1, 0.2, 0.3, 0.7, 1e-9]
    found = []
    for key, order in (("there", rewards), ("back", rewards[::-1])):
        named = LearningKey(key)
        await store.playbooks.save(replace(playbook(1, "e1"), key=named))
        for reward in order:
            told = replace(lessons(shown=[E1]), key=named)
            one = tracked(f"{key}-{reward}" if reward > 0.2 else key, reward, told, trial=int(reward * 10))
            await store.sessions.finish(one)
        found.append(await evidence(store, key=named))
    there, back = found
    assert (there.totals, there.products) == (back.totals, back.products)
