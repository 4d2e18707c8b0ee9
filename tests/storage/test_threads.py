"""Threads: everything counted by SQL, held against the sessions that were stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from atlas.core.events import Event
from atlas.core.json import JsonObject
from atlas.core.messages import Usage
from atlas.core.playbook import LearningKey, Lessons, Playbook
from atlas.core.session import Failure, RunId, Session, SessionId, Slot
from atlas.core.tasks import TaskId
from atlas.core.thread import Moments, SessionFilter, ThreadId
from atlas.core.verdicts import Reward, RewardPart, TurnScore, Verdict
from atlas.storage.discoveries import PostgresDiscoveries
from atlas.storage.reviews import PostgresReviews
from atlas.storage.store import Store
from atlas.storage.threads import FaultGroups, FaultKinds, PostgresThreads
from tests.storage.samples import KEY, entry, failed, rich
from tests.storage.samples import session as plain

THREAD = ThreadId(KEY, simulated=True)
EVERYTHING = SessionFilter()
KINDS = FaultKinds(("left_out", "lies"), ("not in the reply", "claims"), "category: ", r"refused \(([a-z_]+)\)")
NO_WINDOWS = FaultGroups("recent", (), "baseline", ())


def graded(
    task: str,
    passed: bool | None = True,
    *,
    arm: str = "learn",
    reward: float | None = None,
    trial: int = 0,
    wrong: Sequence[str] = (),
    run: str = "run-1",
    key: LearningKey = KEY,
    simulated: bool = True,
    hits: int | None = None,
    tokens: int = 100,
    version: int = 0,
) -> Session:
    """A session with a required verdict, tokens of the student, and usage where `hits` says so."""
    verdict = Verdict(
        "reply_facts", "2", bool(passed), 0.0, "why", turns=(TurnScore(1, bool(passed), wrong=tuple(wrong)),)
    )
    score = float(bool(passed)) if reward is None else reward
    record: JsonObject = {"shown": True, "cue_hits": hits, "hit_steps": ["turn 1", "turn 2"][: hits or 0]}
    totals = {"cue_hits": hits, "action_adoptions": 1, "failed_adoptions": 0}
    return replace(
        plain(task, trial),
        slot=Slot(RunId(run), arm, TaskId(task), trial),
        simulated=simulated,
        lessons=Lessons(key, version),
        verdicts=() if passed is None else (verdict,),
        reward=Reward(score, (RewardPart("verifiers", score, 1.0),), 0.1),
        learning_usage={} if hits is None else {"roles": {"student": {"e1": record}}, "session": totals},
        usage={"student": Usage(tokens, 0, 1, tokens / 1000)},
    )


async def save(store: Store, *sessions: Session) -> None:
    for each in sessions:
        await store.sessions.finish(each)


async def test_every_session_falls_into_the_columns_that_reports_read(store: Store) -> None:
    await save(store, rich(), graded("a", False, hits=2, wrong=["it is not in the reply"]), failed("c"))
    async with store.database.connection() as connection:
        rows = await (
            await connection.execute(
                "SELECT outcome_success, family, reward_score, outcome_tokens, cue_hits, adoptions, "
                "failed_adoptions, cue_steps, roles, faults, boundary FROM sessions ORDER BY id"
            )
        ).fetchall()
    # The rich session was tracked by an older version, which kept no totals.
    assert rows[0] == (True, "quotes", 0.8, 33, None, None, None, None, ["student", "teacher"], [], None)
    assert rows[1] == (False, "quotes", 0.0, 100, 2, 1, 0, 2, ["student"], ["it is not in the reply"], None)
    assert rows[2] == (None, "quotes", None, 0, None, None, None, None, [], [], "model")


async def test_faults_are_sentences_of_required_checks_or_their_reason(store: Store) -> None:
    state = Verdict("structured", "1", False, 0.0, "long", details={"differences": ["quotes q1: row is missing"]})
    metric = Verdict("tool_calls", "1", False, 0.0, "a metric", required=False)
    bare = Verdict("llm_judge", "1", False, 0.0, "the judge says no", decided_by="judge")
    await save(store, replace(graded("a"), verdicts=(state, metric, bare)))
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        found = await reader.faults(KINDS, NO_WINDOWS, [])
    assert {example.sentence for example in found.examples} <= {"quotes q1: row is missing", "the judge says no"}
    assert [(tally.group, tally.kind, tally.sessions) for tally in found.tallies] == [("learn", "other", 1)]


async def test_simulated_and_real_sessions_are_two_threads(store: Store) -> None:
    other = LearningKey("other")
    await save(store, graded("a"), graded("b", key=other), graded("c", simulated=False), graded("d"))
    threads = PostgresThreads(store.database)
    real = ThreadId(KEY, simulated=False)
    assert await threads.chosen(EVERYTHING, [], None) == ((THREAD, 2), (real, 1), (ThreadId(other, True), 1))
    assert await threads.chosen(EVERYTHING, [], 1) == ((THREAD, 2),)
    assert await threads.chosen(EVERYTHING, [other], None) == ((ThreadId(other, True), 1),)
    async with threads.snapshot(real, EVERYTHING) as reader:
        assert [session.task_id for session in await reader.windows("learn", 10)] == ["c"]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (SessionFilter(task="b"), {"b"}),
        (SessionFilter(task="HOW MANY"), {"a", "b", "many"}),
        (SessionFilter(task="nothing like it"), set()),
        (SessionFilter(tags=("arm:solo",)), {"b"}),
        (SessionFilter(tags=("solo", "run:run-2")), {"b"}),
        (SessionFilter(tags=("solo", "run-1")), set()),
        (SessionFilter(tags=("family:quotes", "mode:auto")), {"a", "b", "many"}),
        (SessionFilter(project="shop"), {"b"}),
        (SessionFilter(project="/home/me/shop"), {"b"}),
        (SessionFilter(project="hop"), set()),
    ],
)
async def test_filters(store: Store, selection: SessionFilter, expected: set[str]) -> None:
    await store.runs.begin(RunId("run-2"), "run", {"project": "/home/me/shop"})
    await save(store, graded("a"), graded("b", arm="solo", run="run-2"), graded("many"))
    async with PostgresThreads(store.database).snapshot(THREAD, selection) as reader:
        found = {session.session_id.split("/")[2] for session in await reader.latest(10)}
    assert found == expected


async def test_tallies_hold_moments_by_task(store: Store) -> None:
    await save(
        store,
        graded("a", True, trial=0, tokens=100, version=2),
        graded("a", False, trial=1, reward=0.4, tokens=300),
        graded("b", True, reward=0.9, tokens=200),
        replace(failed("c"), slot=Slot(RunId("run-1"), "learn", TaskId("c"))),
        graded("d", None, arm="solo", reward=0.3),
    )
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        learn, solo = await reader.arms()
        (mode, lost) = await reader.modes()
    assert (learn.name, learn.sessions, learn.failed, learn.versions) == ("learn", 4, 1, (0, 2))
    assert learn.success == Moments(3, 2, 2, 2, 3, 5)
    assert (
        learn.reward == pytest.approx(Moments(3, 2, 2.3, 1.4**2 + 0.9**2, 2 * 1.4 + 0.9, 5)) or learn.reward.n == 3
    )
    assert learn.reward.total == pytest.approx(2.3)
    assert learn.reward.squares == pytest.approx(1.4**2 + 0.9**2)
    assert learn.reward.cross == pytest.approx(2 * 1.4 + 0.9)
    assert learn.tokens == Moments(3, 2, 600, 400**2 + 200**2, 2 * 400 + 200, 5)
    assert learn.cost_usd == pytest.approx(0.6)
    assert (solo.sessions, solo.success.n, solo.reward.n) == (1, 0, 1)
    assert (mode.name, mode.sessions) == ("auto", 4)
    assert (lost.name, lost.failed) == ("none", 1)


async def test_an_unknown_price_leaves_the_cost_unknown(store: Store) -> None:
    await save(store, graded("a"), replace(graded("b"), usage={"student": Usage(10, 0, 1, None)}))
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        assert (await reader.arms())[0].cost_usd is None


async def test_quarantined_sessions_count_in_the_review_state_alone(store: Store) -> None:
    await save(store, graded("a"), graded("b", False, wrong=["claims it"]))
    reviews = PostgresReviews(store.database)
    await reviews.decide(await reviews.find(["run-1/learn/b/0"]), "quarantined", "wrong")
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        assert await reader.reviews() == {"pending": 1, "quarantined": 1}
        assert [tally.sessions for tally in await reader.arms()] == [1]
        assert len(await reader.windows("learn", 10)) == 1
        assert (await reader.faults(KINDS, NO_WINDOWS, [])).tallies == ()
        assert len(await reader.latest(10)) == 2


async def test_windows_are_the_last_rewarded_sessions_of_one_arm(store: Store) -> None:
    await save(store, *(graded(f"t{number}", reward=number / 10) for number in range(6)))
    await save(store, graded("x", arm="solo"), replace(graded("late"), reward=None))
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        found = await reader.windows("learn", 4)
    assert [session.task_id for session in found] == ["t5", "t4", "t3", "t2"]
    assert [session.number for session in found] == sorted((s.number for s in found), reverse=True)
    assert found[0].reward == 0.5


async def test_the_stream_is_cut_into_equal_parts(store: Store) -> None:
    await save(store, *(graded(f"t{number}", number >= 6, tokens=number) for number in range(12)))
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        first, second = await reader.buckets("learn")
        assert await reader.buckets("nobody") == ()
    assert (first.first, first.last, first.sessions, first.passed) == (1, 6, 6, 0)
    assert (second.first, second.last, second.passed, second.tokens) == (7, 12, 6, 8.5)


async def test_pairs_are_of_one_run_task_and_trial(store: Store) -> None:
    await save(store, graded("a", False, arm="solo"), graded("b", True, arm="solo"), graded("c", False, arm="solo"))
    await save(store, graded("a", True), graded("b", True), graded("c", True, run="run-9"), graded("d", True))
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        found = await reader.pairs("solo")
    assert [(p.arm, p.both, p.gained, p.lost, p.neither, p.tasks) for p in found] == [
        ("learn", 0, 1, 0, 0, 1),
        ("learn", 1, 0, 0, 0, 1),
    ]


async def test_faults_by_arm_and_window(store: Store) -> None:
    await save(
        store,
        graded("a", False, wrong=["x is not in the reply", "it claims y", "had to be refused (bad_enum), but"]),
        graded("a", False, trial=1, wrong=["y is not in the reply"]),
        graded("b", True),
        graded("c", False, arm="solo", wrong=["nobody knows"]),
    )
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        last = await reader.windows("learn", 2)
        groups = FaultGroups("recent", tuple(session.number for session in last), "baseline", ())
        found = await reader.faults(KINDS, groups, [SessionId("run-1/learn/a/0"), SessionId("gone")])
    tallies = {(tally.group, tally.kind): (tally.sessions, tally.squares, tally.cross) for tally in found.tallies}
    assert tallies == {
        ("learn", "left_out"): (2, 4, 4),
        ("learn", "lies"): (1, 1, 2),
        ("learn", "category: bad_enum"): (1, 1, 2),
        ("recent", "left_out"): (1, 1, 1),
        ("solo", "other"): (1, 1, 1),
    }
    assert found.sources == {"run-1/learn/a/0": ("category: bad_enum", "left_out", "lies")}
    examples = [(example.kind, example.session_id) for example in found.examples if example.kind == "left_out"]
    assert examples == [("left_out", "run-1/learn/a/1"), ("left_out", "run-1/learn/a/0")]


async def test_lost_sessions_by_boundary(store: Store) -> None:
    outage = Failure("environment", "WorldError", "gone")
    await save(store, failed("a"), replace(failed("b"), failure=outage), graded("c"))
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        found = (await reader.faults(KINDS, NO_WINDOWS, [])).boundaries
    assert [(each.arm, each.boundary, each.sessions) for each in found] == [
        ("learn", "environment", 1),
        ("learn", "model", 1),
    ]


async def test_usage_and_what_cues_mark(store: Store) -> None:
    await save(
        store,
        graded("a", hits=2, tokens=10),
        graded("a", False, trial=1, hits=0, tokens=30),
        graded("b", hits=1, reward=0.5, tokens=20),
        graded("c"),
    )
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        usage, split = await reader.usage(), await reader.cue_split("reward_score")
        tokens = await reader.cue_split("outcome_tokens")
    assert (usage.tracked, usage.with_cues, usage.cue_hits, usage.cue_steps) == (3, 2, 3, 3)
    assert (usage.adoptions, usage.failed_adoptions) == (3, 0)
    assert split.hit == Moments(2, 2, 1.5, 1.25, 1.5, 2)
    assert split.none == Moments(1, 1, 0, 0, 0, 1)
    assert (split.shared.tasks, split.shared.values, split.shared.second_size) == (2, 0, 1)
    assert (tokens.hit.total, tokens.none.total) == (30, 30)


async def test_models_by_role_from_the_runs(store: Store) -> None:
    await store.runs.begin(RunId("run-1"), "run", {"models": {"student": "small", "teacher": "large"}})
    old = {"config": {"agent": {"llm": {"model": "older"}}, "learning": {"rubric_weights": {"concision": 0.1}}}}
    await store.runs.begin(RunId("run-2"), "quickstart", old)
    await save(
        store, graded("a", reward=0.2), graded("b", reward=0.6), graded("c", run="run-2"), graded("d", run="x")
    )
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        found = await reader.models()
        latest = await reader.latest(4)
        assert await reader.rubric_weights() == {"concision": 0.1}
    # No teacher was called in any of these sessions.
    assert [(m.role, m.model, m.sessions, m.latest_score) for m in found] == [
        ("student", "older", 1, 1.0),
        ("student", "small", 2, 0.6),
    ]
    assert found[1].reward_mean == pytest.approx(0.4)
    assert [session.models for session in latest] == [
        {},
        {"student": "older"},
        {"student": "small"},
        {"student": "small"},
    ]


async def test_events_of_the_last_play_count(store: Store) -> None:
    first = graded("a")
    for event_type in ("session.started", "student.step", "student.step"):
        await store.recorder.record(Event(first.session_id, event_type, "student"))
    await save(store, first, *(graded(f"t{number}") for number in range(3)))
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        assert [session.events for session in await reader.latest(9)] == [0, 0, 0, 3]
        every = [each async for each in reader.every_session()]
    assert every[0].session.session_id == first.session_id
    assert every[0].events_by_type == {"session.started": 1, "student.step": 2}
    assert (len(every), every[1].events_by_type) == (4, {})


async def test_discoveries_of_the_sessions_and_their_tasks(store: Store) -> None:
    discoveries = PostgresDiscoveries(store.database)
    session = graded("a")
    await save(store, session)
    async with store.database.connection() as connection:
        await connection.execute("DELETE FROM discovery_runs")
    task = "How many quotes?"
    mine = await discoveries.add(Path("/p"), "told", "runtime", {}, {"session_id": session.session_id})
    same = await discoveries.add(Path("/p"), task, "discovery", {}, {})
    await discoveries.add(Path("/p"), task, "runtime", {}, {"session_id": "another"})
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        assert [found.run_id for found in await reader.discoveries()] == [same, mine]


async def test_the_playbook_and_its_versions(store: Store) -> None:
    threads = PostgresThreads(store.database)
    async with threads.snapshot(THREAD, EVERYTHING) as reader:
        assert await reader.playbook() is None
        assert await reader.versions() == ()
    taught = graded("a")
    await store.sessions.finish(taught, Playbook(KEY, 1, (entry("e1"),), author="s"))
    await store.playbooks.save(Playbook(KEY, 2, (entry("e1"), entry("e2")), parent=1, author="me"))
    async with threads.snapshot(THREAD, EVERYTHING) as reader:
        playbook = await reader.playbook()
        assert playbook is not None
        assert playbook.version == 2
        assert [(row.version, row.entries, row.session_id) for row in await reader.versions()] == [
            (2, 2, None),
            (1, 1, taught.session_id),
        ]
        assert await reader.taught() == {"learn": 1}


async def test_a_snapshot_does_not_see_what_comes_later(store: Store) -> None:
    await save(store, graded("a"))
    async with PostgresThreads(store.database).snapshot(THREAD, EVERYTHING) as reader:
        assert len(await reader.latest(9)) == 1
        await save(store, graded("b"))
        assert len(await reader.latest(9)) == 1
        assert (await reader.arms())[0].sessions == 1


async def test_no_figure_depends_on_the_order_of_the_rows(store: Store) -> None:
    """A sum of doubles does, and a report that is made again has to come out the same to the byte."""
    figures = []
    for name, rewards in (("there", [0.1, 0.2, 0.3, 0.7]), ("back", [0.7, 0.3, 0.2, 0.1])):
        key = LearningKey(name)
        for reward in rewards:
            task, number = "a" if reward < 0.5 else "b", round(reward * 10)
            await save(
                store, graded(task, reward=reward, run=name, trial=number, key=key, hits=number % 2, tokens=number)
            )
        async with PostgresThreads(store.database).snapshot(ThreadId(key, simulated=True), EVERYTHING) as reader:
            (arm,) = await reader.arms()
            (bucket,) = await reader.buckets("learn")
            figures.append((arm.reward, arm.cost_usd, bucket.reward, await reader.cue_split("reward_score")))
    assert figures[0] == figures[1]
