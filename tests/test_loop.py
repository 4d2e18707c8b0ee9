"""The loop: what is played, graded, learned and stored, and what a failure does to it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import pytest

from atlas.agents.chat import ChatAgent
from atlas.core.history import History, PastSession
from atlas.core.json import dumps, to_json
from atlas.core.keyless import keyless
from atlas.core.messages import ChatRequest, Message, Meter
from atlas.core.playbook import KeyOrigin, LearningKey, Playbook
from atlas.core.protection import Protection
from atlas.core.session import RunId, Session, Slot
from atlas.core.state import Change, StateDiff
from atlas.core.tasks import Brief, Setup, Target, Task, TaskId, TurnTarget
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import JudgeCall, PanelVerdict, Reward, RewardPart, Verdict
from atlas.errors import StorageError
from atlas.learning.config import LearningConfig
from atlas.learning.key import KeyRule
from atlas.learning.synthesizer import Synthesizer
from atlas.loop import Parts, Play, evaluate, learn
from atlas.models.metered import MeteredModel
from atlas.runtime.modes import ModeChoice
from atlas.runtime.session import Supervision
from atlas.verify.check import Checks
from atlas.verify.config import DriftConfig, RIMConfig
from atlas.verify.drift import DriftWatch
from atlas.verify.rubric import combine
from tests.stores import MemoryStore
from tests.worlds import CounterEnvironment, EventList, ScriptedModel, calling, failing, saying

Script = Callable[[ChatRequest], Message]
KEY = LearningKey("student/counters")


class CounterVerifier:
    """The counter must be 3."""

    name, version = "structured", "1"

    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        right = trajectory.changes == target.state
        return Verdict(self.name, self.version, right, float(right), "equal" if right else "other")


class BrokenVerifier(CounterVerifier):
    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        raise ZeroDivisionError("oops")


def task(number: int) -> Task:
    brief = Brief(TaskId(f"t{number}"), "counters", "adding", "Count.", ("please add 2 to a",))
    content = {"counters": {"a": {"name": "a", "value": 1}}}
    expected = StateDiff(updated={"counters": {"a": {"value": Change(1, 3)}}})
    return Task(brief, Setup("2026-03-02T09:00:00+00:00", f"t{number}", content), Target((TurnTarget(),), expected))


def careless(request: ChatRequest) -> Message:
    """Adds 20 instead of 2 until the playbook tells it better."""
    if request.messages[-1].role == "tool":
        return saying("done")
    by = 2 if "twice" in request.messages[0].content else 20
    return calling("add", f'{{"name": "a", "by": {by}}}')


def insightful(request: ChatRequest) -> Message:
    entry = {
        "audience": "student",
        "cue": {"type": "keyword", "pattern": "add", "description": "a number is added"},
        "action": {"imperative": "Read the number twice before adding", "runtime_handle": "add", "arguments": {}},
        "expected_effect": "the right sum",
        "scope": {"category": "reinforcement", "constraints": "", "applies_when": ""},
    }
    return saying(dumps({"version": "playbook_entry.v1", "playbook_entries": [entry]}))


def parts(
    store: MemoryStore, student: Script = careless, synthesizer: Script = insightful, **changes: object
) -> Parts:
    made = Parts(
        environment=CounterEnvironment(),
        student=lambda task, slot, meter: ChatAgent(MeteredModel(ScriptedModel(student), "student", meter)),
        supervision=lambda meter: Supervision(ModeChoice("auto", "test"), 0),
        verifiers=lambda meter: Checks((CounterVerifier(),)),
        panel=lambda meter: None,
        reward=lambda verdicts, panel: Reward(
            verdicts[0].score, (RewardPart("verifiers", verdicts[0].score, 1.0),)
        ),
        synthesizer=lambda meter: Synthesizer(
            MeteredModel(ScriptedModel(synthesizer), "synthesizer", meter), LearningConfig(), ("add", "read")
        ),
        playbooks=store,
        sessions=store,
        recorder=EventList(),
        key=KeyRule("adder", KEY),
        now=lambda: "2026-03-02T09:00:00+00:00",
        simulated=True,
        learning=LearningConfig(),
        turn_timeout_s=60,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def plays(*tasks: Task) -> list[Play]:
    return [(task, Slot(RunId("r"), "stream", task.task_id)) for task in tasks]


async def learned(made: Parts, count: int = 3) -> list[Session]:
    return [session async for session in learn(plays(*(task(n) for n in range(count))), made)]


async def test_the_first_session_teaches_the_second() -> None:
    store = MemoryStore()
    sessions = await learned(parts(store))
    assert [session.success for session in sessions] == [False, True, True]
    assert [session.lessons.version for session in sessions] == [0, 1, 1]
    assert "Read the number twice" in sessions[1].lessons.student_text
    assert store.playbooks[KEY].version == 1
    assert store.playbooks[KEY].author == sessions[0].session_id
    assert sessions[1].learning_usage["session"]["action_adoptions"] == 1


async def test_every_role_is_counted() -> None:
    session = (await learned(parts(MemoryStore()), 1))[0]
    assert {role: usage.calls for role, usage in session.usage.items()} == {"student": 2, "synthesizer": 1}


async def test_a_finished_slot_is_not_played_again() -> None:
    store = MemoryStore()
    first = await learned(parts(store))
    again = await learned(parts(store, student=failing()))
    assert again == first


async def test_a_model_outage_is_a_failure_not_a_score_and_is_played_again() -> None:
    store = MemoryStore()
    failed = (await learned(parts(store, student=failing()), 1))[0]
    assert failed.success is None
    assert failed.reward is None
    assert failed.failure is not None
    assert (failed.failure.boundary, failed.failure.kind) == ("model", "ModelError")
    assert failed.failure.message == "student model scripted failed: connection refused"
    assert store.playbooks == {}
    assert (await learned(parts(store), 1))[0].success is False


async def test_tokens_spent_before_an_outage_are_counted() -> None:
    def fading(request: ChatRequest) -> Message:
        return failing()(request) if request.messages[-1].role == "tool" else careless(request)

    failed = (await learned(parts(MemoryStore(), student=fading), 1))[0]
    assert failed.failure is not None
    assert failed.usage["student"].calls == 1


async def test_a_crashing_grader_is_a_failure_of_its_own() -> None:
    failed = (await learned(parts(MemoryStore(), verifiers=lambda meter: Checks((BrokenVerifier(),))), 1))[0]
    assert failed.failure is not None
    assert failed.failure.boundary == "verifier"
    assert failed.played is not None, "the work is kept"


async def test_a_failing_synthesizer_costs_the_lesson_not_the_reward() -> None:
    session = (await learned(parts(MemoryStore(), synthesizer=lambda request: saying("I would rather not.")), 1))[0]
    assert session.reward is not None
    assert session.failure is None
    assert session.synthesis_failure is not None
    assert session.synthesis_failure.kind == "ModelReplyError"
    assert session.usage["synthesizer"].calls == 2, "one repair was asked for, and both replies are counted"


async def test_a_lost_race_for_the_playbook_is_run_again() -> None:
    store = MemoryStore(conflicts=3)
    await learned(parts(store), 1)
    assert store.playbooks[KEY].version == 1


async def test_a_failing_store_stops_the_run() -> None:
    class Full(MemoryStore):
        async def finish(self, session: Session, playbook: Playbook | None = None) -> None:
            raise StorageError("disk full")

    with pytest.raises(StorageError, match="disk full"):
        await learned(parts(Full()), 1)


@pytest.mark.parametrize("concurrency", [1, 2, 16])
async def test_side_by_side_gives_what_one_by_one_gives(concurrency: int) -> None:
    tasks = [task(n) for n in range(9)]
    made = parts(MemoryStore())
    sessions = [s async for s in evaluate(plays(*tasks), made, Playbook(KEY), concurrency)]
    assert sorted(session.slot.task_id for session in sessions) == [f"t{n}" for n in range(9)]
    assert {session.success for session in sessions} == {False}
    assert all(session.proposal is None for session in sessions), "an evaluation teaches nothing"


async def test_without_a_playbook_no_key_is_made_up() -> None:
    def one(playbook: Playbook) -> AsyncIterator[Session]:
        return evaluate(plays(task(0)), parts(MemoryStore()), playbook, 1)

    (without,) = [s async for s in one(Playbook(keyless("r")))]
    (named,) = [s async for s in one(Playbook(KEY))]
    assert (without.lessons.key, without.key_origin) == ("none/r", None)
    assert (named.lessons.key, named.key_origin) == (KEY, KeyOrigin("config", "adder", "counters", "adding"))


async def test_a_store_that_fails_while_others_play_stops_them_all() -> None:
    class FullAfterTwo(MemoryStore):
        async def finish(self, session: Session, playbook: Playbook | None = None) -> None:
            if len(self.sessions) == 2:
                raise StorageError("disk full")
            await super().finish(session, playbook)

    store = FullAfterTwo()
    with pytest.raises(StorageError):
        _ = [s async for s in evaluate(plays(*(task(n) for n in range(9))), parts(store), Playbook(KEY), 4)]
    assert len(store.sessions) == 2


async def test_sessions_that_fail_at_once_are_all_looked_at() -> None:
    """The first error is raised; the others are not left for the event loop to complain of."""
    met = asyncio.Barrier(3)

    class Full(MemoryStore):
        async def finish(self, session: Session, playbook: Playbook | None = None) -> None:
            await met.wait()
            raise StorageError("disk full")

    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, told: complaints.append(told["message"]))
    with pytest.raises(StorageError, match="disk full"):
        _ = [s async for s in evaluate(plays(*(task(n) for n in range(9))), parts(Full()), Playbook(KEY), 3)]
    gc.collect()
    assert complaints == []


async def test_the_target_reaches_no_model() -> None:
    asked: list[ChatRequest] = []

    def listening(script: Script) -> Script:
        def heard(request: ChatRequest) -> Message:
            asked.append(request)
            return script(request)

        return heard

    secret = replace(task(0), target=replace(task(0).target, turns=(TurnTarget(reply="the-secret-reply"),)))
    made = parts(MemoryStore(), student=listening(careless), synthesizer=listening(insightful))
    _ = [session async for session in learn(plays(secret), made)]
    assert len(asked) == 3
    assert "the-secret-reply" not in dumps(asked)


async def test_a_meter_is_new_for_each_session() -> None:
    meters: list[Meter] = []

    def student(task: Task, slot: Slot, meter: Meter) -> ChatAgent:
        meters.append(meter)
        return ChatAgent(MeteredModel(ScriptedModel(careless), "student", meter))

    await learned(replace(parts(MemoryStore()), student=student), 2)
    assert len({id(meter) for meter in meters}) == 2


async def test_judges_that_all_fail_leave_no_reward_and_no_lesson() -> None:
    class Silent:
        async def judge(self, brief: Brief, trajectory: Trajectory, guidance: Sequence[str]) -> PanelVerdict:
            return PanelVerdict(None, "", (), False, None, (JudgeCall("tier1", "m", "?", None, "judge m failed"),))

    store = MemoryStore()
    made = parts(
        store,
        panel=lambda meter: Silent(),
        reward=lambda verdicts, panel: combine(verdicts, panel, RIMConfig()),
    )
    (session,) = await learned(made, 1)
    assert session.failure is not None
    assert (session.failure.boundary, session.failure.kind) == ("judge", "JudgesFailed")
    assert session.reward is None
    assert session.verdicts
    assert session.panel is not None, "the audit is kept"
    assert session.proposal is None
    assert session.success is None


class StoredRewards:
    """The history that a memory store would give."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store

    async def of(self, key: LearningKey, limit: int, *, simulated: bool) -> History:
        scores = [session.reward.score for session in self.store.sessions.values() if session.reward]
        return History(len(scores), None, tuple(PastSession(score, None, None) for score in scores[-limit:]))


async def test_a_reward_is_held_against_those_before_it() -> None:
    store = MemoryStore()
    watch = DriftWatch(StoredRewards(store), DriftConfig(min_baseline=2))
    scores = iter((0.9, 0.95, 0.1))
    events = EventList()
    made = parts(store, drift=watch, reward=lambda verdicts, panel: Reward(next(scores), ()), recorder=events)
    sessions = await learned(made)
    outcomes = [session.drift.outcome for session in sessions if session.drift]
    assert outcomes == ["insufficient_baseline", "insufficient_baseline", "fell"]
    assert [session.drift.sessions for session in sessions if session.drift] == [0, 1, 2]
    (alert,) = [event for event in events.events if event.payload.get("alert")]
    assert (alert.event_type, alert.session_id) == ("session.drift", sessions[2].session_id)


async def test_an_evaluation_is_not_watched() -> None:
    store = MemoryStore()
    made = parts(store, drift=DriftWatch(StoredRewards(store), DriftConfig(min_baseline=1)))
    sessions = [s async for s in evaluate(plays(task(0), task(1)), made, Playbook(KEY), 1)]
    assert [session.drift for session in sessions] == [None, None]


async def test_learning_withholds_and_an_evaluation_does_not() -> None:
    learning = LearningConfig.model_validate({"usage_tracking": {"withhold_rate": 0.5}})
    store = MemoryStore()
    sessions = await learned(parts(store, learning=learning), 24)
    called = [session for session in sessions if session.lessons.matched]
    withheld = [session for session in called if session.lessons.withheld]
    assert 0 < len(withheld) < len(called)
    assert all(session.success is not bool(session.lessons.withheld) for session in called)
    assert {rate for session in called for rate in session.lessons.withhold_rates.values()} == {0.5}
    held_out = evaluate(
        plays(*(task(n) for n in range(30, 50))), parts(store, learning=learning), store.playbooks[KEY], 4
    )
    assert [(s.lessons.withheld, s.lessons.withhold_rates, s.success) async for s in held_out] == [
        ((), {}, True)
    ] * 20


async def test_an_entry_is_drawn_for_at_one_rate_while_it_is_new_and_at_another_later() -> None:
    tracking = {"withhold_rate": 0.2, "new_entry_withhold_rate": 0.6, "new_entry_sessions": 5}
    learning, store = LearningConfig.model_validate({"usage_tracking": tracking}), MemoryStore()
    first = await learned(parts(store, learning=learning), 4)
    everything = await learned(parts(store, learning=learning), 12)
    assert everything[:4] == first, "those are stored"
    rates = [rate for session in everything for rate in session.lessons.withhold_rates.values()]
    assert rates == [0.6] * 5 + [0.2] * (len(rates) - 5)
    assert len(rates) > 6
    at_once = await learned(parts(MemoryStore(), learning=learning), 12)
    assert [s.lessons for s in at_once] == [s.lessons for s in everything], "resumed or not"


async def test_a_frozen_playbook_is_shown_whole_while_learning() -> None:
    learning = LearningConfig.model_validate({"usage_tracking": {"withhold_rate": 0.5}})
    store = MemoryStore()
    await learned(parts(store), 1)
    store.playbooks[KEY] = replace(store.playbooks[KEY], frozen=True)
    later = plays(*(task(n) for n in range(1, 20)))
    assert {s.success async for s in learn(later, parts(store, learning=learning))} == {True}


async def test_what_is_withheld_depends_on_the_run_only_where_nothing_takes_its_place() -> None:
    learning = LearningConfig.model_validate({"usage_tracking": {"withhold_rate": 0.5}})

    async def withheld(run: str, draws: RunId | None) -> list[bool]:
        named = [(task(n), Slot(RunId(run), "stream", TaskId(f"t{n}"))) for n in range(24)]
        made = parts(MemoryStore(), learning=learning, draws=draws)
        return [bool(session.lessons.withheld) async for session in learn(named, made)]

    assert await withheld("one", None) != await withheld("two", None)
    assert await withheld("one", None) == await withheld("one", None)
    assert await withheld("one", RunId("plan")) == await withheld("two", RunId("plan"))


class Confining(ChatAgent):
    """An agent that holds a process of which only its protection and its end are known here."""

    protection: Protection | None = Protection(7, True, ("pid",))
    closed = 0

    async def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("script", [careless, failing()])
async def test_what_confined_a_student_is_recorded_and_its_process_ended(script: Script) -> None:
    agents: list[Confining] = []

    def student(task: Task, slot: Slot, meter: Meter) -> ChatAgent:
        agents.append(Confining(ScriptedModel(script)))
        return agents[-1]

    recorder = EventList()
    held = replace(parts(MemoryStore()), student=student, recorder=recorder)
    await learned(held, 2)
    assert [agent.closed for agent in agents] == [1, 1]
    events = [event.payload for event in recorder.events if event.event_type == "session.sandbox"]
    assert events == [{"protection": to_json(Protection(7, True, ("pid",)))}] * 2
