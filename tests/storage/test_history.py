"""Learning histories in PostgreSQL: which sessions count, and in what order."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.history import History, PastSession
from atlas.core.playbook import LearningKey, Lessons
from atlas.core.session import Session
from atlas.core.verdicts import Reward, Verdict
from atlas.storage.reviews import PostgresReviews
from atlas.storage.store import Store
from tests.storage.samples import KEY, failed, session


def rewarded(task: str, score: float, *, passed: bool = True) -> Session:
    verdict = Verdict("structured", "1", passed, float(passed), "so")
    return replace(session(task), reward=Reward(score, ()), verdicts=(verdict,))


async def test_a_key_that_nobody_used_has_no_history(store: Store) -> None:
    assert await store.history.of(KEY, 10, simulated=True) == History()


async def test_all_are_counted_and_the_last_are_told_oldest_first(store: Store) -> None:
    for number, score in enumerate((0.0, 0.25, 0.5, 1.0)):
        await store.sessions.finish(rewarded(f"t{number}", score, passed=score == 1.0))
    history = await store.history.of(KEY, 2, simulated=True)
    assert (history.sessions, history.average_reward) == (4, 0.4375)
    assert history.recent == (PastSession(0.5, False, "auto"), PastSession(1.0, True, "auto"))


async def test_what_failed_was_quarantined_or_is_of_another_kind_does_not_count(store: Store) -> None:
    await store.sessions.finish(rewarded("good", 0.9))
    await store.sessions.finish(rewarded("bad", 0.1))
    await store.sessions.finish(failed("down"))
    await store.sessions.finish(replace(rewarded("real", 0.2), simulated=False))
    await store.sessions.finish(replace(rewarded("other", 0.3), lessons=Lessons(LearningKey("other"), 0)))
    await store.sessions.finish(replace(session("ungraded"), reward=None))
    reviews = PostgresReviews(store.database)
    await reviews.decide(await reviews.find(["run-1/learn/bad/0"]), "quarantined")
    history = await store.history.of(KEY, 10, simulated=True)
    assert (history.sessions, history.average_reward) == (1, 0.9)
    assert history.recent == (PastSession(0.9, True, "auto"),)
    assert (await store.history.of(KEY, 10, simulated=False)).average_reward == 0.2
