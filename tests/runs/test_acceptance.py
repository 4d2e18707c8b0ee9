"""Acceptance by trial, in a small world on a real store: good lessons get in, and poison does not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from rich.console import Console

from atlas.agents.chat import ChatAgent
from atlas.core.json import dumps
from atlas.core.messages import ChatRequest, Message
from atlas.core.playbook import LearningKey
from atlas.core.session import RunId, Session, Slot
from atlas.core.state import Change, StateDiff
from atlas.core.tasks import Brief, Setup, Target, Task, TaskId, TurnTarget
from atlas.datasets.fingerprint import fingerprint
from atlas.errors import BudgetExceeded, ConfigError, OverlapError
from atlas.learning.config import LearningConfig, ValidationConfig
from atlas.learning.synthesizer import Synthesizer
from atlas.loop import Parts, learn
from atlas.models.metered import MeteredModel
from atlas.runs.acceptance import TriedAcceptance, Validation
from atlas.runs.playing import Player
from atlas.storage.config import StorageConfig
from atlas.storage.store import Store, open_store
from atlas.telemetry.progress import Progress
from tests.stores import MemoryStore
from tests.test_loop import parts as loop_parts
from tests.worlds import ScriptedModel, calling, saying

KEY = LearningKey("student/counters")
RUN = RunId("run-1")
GOOD, POISON = "Read the number twice before adding", "Hurry and add the number once more"
CONFIG = ValidationConfig(size=60, every=4)


def word(number: int) -> str:
    return "".join(chr(ord("b") + int(digit)) for digit in str(number))


def task(number: int) -> Task:
    """A wording, a counter and an id that no other task has."""
    name = f"counter{number}"
    brief = Brief(
        TaskId(f"t{number}"), "counters", "adding", "Count.", (f"please add 2 to {name}, {word(number)}",)
    )
    content = {"counters": {name: {"name": name, "value": 1}}}
    expected = StateDiff(updated={"counters": {name: {"value": Change(1, 3)}}})
    return Task(brief, Setup("2026-03-02T09:00:00+00:00", f"t{number}", content), Target((TurnTarget(),), expected))


TRAIN = [task(number) for number in range(10)]
POOL = [task(number) for number in range(100, 170)]


def student(request: ChatRequest) -> Message:
    """Adds wrongly in every second task until told to read twice, and wrongly always once told to hurry."""
    if request.messages[-1].role == "tool":
        return saying("done")
    found = re.search(r"counter(\d+)", request.messages[-1].content)
    assert found is not None
    told = request.messages[0].content
    slips = POISON in told or (int(found[1]) % 2 == 1 and GOOD not in told)
    return calling("add", dumps({"name": found[0], "by": 20 if slips else 2}))


def teaching(lesson: str) -> Callable[[ChatRequest], Message]:
    entry = {
        "audience": "student",
        "cue": {"type": "keyword", "pattern": "add", "description": "a number is added"},
        "action": {"imperative": lesson, "runtime_handle": "add", "arguments": {}},
        "expected_effect": "the right sum",
        "scope": {"category": "reinforcement", "constraints": "", "applies_when": ""},
    }
    return lambda request: saying(dumps({"version": "playbook_entry.v1", "playbook_entries": [entry]}))


@pytest.fixture
async def store(new_database: Callable[[], str]) -> AsyncIterator[Store]:
    async with open_store(new_database(), StorageConfig(max_connections=16)) as opened:
        yield opened


def parts(store: Store, lesson: str) -> Parts:
    made = loop_parts(MemoryStore())
    return replace(
        made,
        student=lambda task, slot, meter: ChatAgent(MeteredModel(ScriptedModel(student), "student", meter)),
        synthesizer=lambda meter: Synthesizer(
            MeteredModel(ScriptedModel(teaching(lesson)), "synthesizer", meter), LearningConfig(), ("add", "read")
        ),
        playbooks=store.playbooks,
        sessions=store.sessions,
        fingerprint=fingerprint,
    )


class Run:
    """A learning run with a gate."""

    def __init__(
        self,
        store: Store,
        lesson: str = GOOD,
        *,
        config: ValidationConfig = CONFIG,
        pool: list[Task] = POOL,
        run: str = RUN,
        budget_usd: float | None = None,
    ) -> None:
        self.said: list[str] = []
        self.player = Player(Progress(Console(quiet=True)), budget_usd)
        made, self.run = parts(store, lesson), RunId(run)
        validation = Validation(config, pool, TRAIN)
        self.gate = TriedAcceptance(validation, made, store, self.run, self.player, self.said.append)
        self.parts = replace(made, acceptance=self.gate)

    async def __call__(self, tasks: list[Task] = TRAIN) -> list[Session]:
        plays = [(task, Slot(self.run, "stream", task.task_id)) for task in tasks]
        return [session async for session in learn(plays, self.parts)]


async def test_a_good_lesson_is_tried_and_then_read(store: Store) -> None:
    run = Run(store)
    sessions = await run()
    assert [session.lessons.version for session in sessions] == [0, 0, 0, 0, *[1] * 6]
    assert [session.success for session in sessions[4:]] == [True] * 6
    playbook = await store.playbooks.load(KEY)
    assert playbook.version == 1
    trial = playbook.trial
    assert trial is not None
    assert (trial.base, trial.accepted, trial.pairs, trial.lost) == (0, True, 60, 0)
    assert trial.gained == sum(int(task.task_id[1:]) % 2 for task in run.gate._slices[KEY])
    assert trial.sources == tuple(session.session_id for session in sessions[:4])
    assert trial.unchecked == 0
    assert trial.simulated
    assert trial.spent.calls == 240
    (said,) = run.said
    assert "lessons of 4 sessions accepted as version 1 (SIMULATED)" in said


async def test_poison_is_rolled_back_and_the_record_says_why(store: Store) -> None:
    run = Run(store, POISON)
    sessions = await run()
    assert {session.lessons.version for session in sessions} == {0}
    assert (await store.playbooks.load(KEY)).entries == ()
    past = await store.candidates.history(KEY)
    assert {candidate.status for candidate in past} == {"rejected"}
    assert all(candidate.trial and candidate.trial.reason.endswith("worse") for candidate in past)
    assert len(past) == 3, "batches of 4, 4 and the last 2"


async def test_without_the_gate_poison_gets_in(store: Store) -> None:
    made = parts(store, POISON)
    sessions = [s async for s in learn([(t, Slot(RUN, "stream", t.task_id)) for t in TRAIN], made)]
    assert [session.success for session in sessions[1:]] == [False] * 9


async def test_a_trial_is_no_part_of_the_playbooks_history(store: Store) -> None:
    run = Run(store)
    await run()
    assert (await store.history.of(KEY, 100, simulated=True)).sessions == 10
    trials = await run.gate.sessions()
    assert len(trials) == 120
    assert {session.slot.arm for session in trials} == {"validation"}
    assert len({(session.slot.task_id, session.slot.trial) for session in trials}) == 120
    assert {session.proposal for session in trials} == {None}


async def test_nothing_is_decided_twice_and_a_killed_run_ends_the_same(store: Store) -> None:
    whole = Run(store, run="whole")
    sessions = await whole()
    again = await Run(store, run="whole")()
    assert again == sessions
    assert len(await store.candidates.history(KEY)) == 1


async def test_a_run_killed_in_a_trial_goes_on_with_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(store)

    async def killed(*arguments: object) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(store.candidates, "accept", killed)
        with pytest.raises(ConnectionError):
            await run()
    assert await store.candidates.staged(KEY) is not None
    resumed = Run(store)
    sessions = await resumed()
    assert [session.lessons.version for session in sessions] == [0, 0, 0, 0, *[1] * 6]
    assert len(await resumed.gate.sessions()) == 120, "what the killed run had played was not played again"


async def test_two_runs_at_once_keep_every_lesson(store: Store) -> None:
    """Both learn under one key; the versions follow each other and hold what both taught."""
    one = Run(store, GOOD, run="one")
    two = Run(store, "Say the number aloud before adding", run="two")
    await asyncio.gather(one(), two())
    playbook = await store.playbooks.load(KEY)
    assert {entry.action.imperative for entry in playbook.entries} == {GOOD, "Say the number aloud before adding"}
    versions = [each.playbook.version for each in await store.playbooks.history(KEY)]
    assert versions == list(range(1, len(versions) + 1))
    assert await store.candidates.pending(KEY) == ()


async def test_a_slice_of_the_training_tasks_is_refused_before_anything_is_played(store: Store) -> None:
    run = Run(store, pool=TRAIN)
    with pytest.raises(OverlapError, match="task t0 is among those learned from"):
        await run.gate.ready([KEY])


async def test_evidence_that_came_later_is_refused_too(store: Store) -> None:
    """Another run has meanwhile taught the playbook from tasks of the slice."""
    run = Run(store)
    await run.gate.ready([KEY])
    other = parts(store, "Say the number aloud before adding")
    drawn = run.gate._slices[KEY][:2]
    _ = [s async for s in learn([(t, Slot(RunId("other"), "stream", t.task_id)) for t in drawn], other)]
    with pytest.raises(OverlapError, match=rf"task {drawn[0].task_id} is among those learned from"):
        await run()
    assert await store.candidates.staged(KEY) is not None, "nothing is lost"


async def test_too_few_tasks_are_an_error_that_says_how_many(store: Store) -> None:
    with pytest.raises(ConfigError, match=r"holds 10 tasks .* 10 of them share nothing .* size asks for 60"):
        await Run(store, pool=POOL[:10]).gate.ready([KEY])


async def test_a_trial_ends_with_the_budget_and_goes_on_with_a_larger_one(store: Store) -> None:
    with pytest.raises(BudgetExceeded, match=r"of 60 sessions of a trial; the lessons wait"):
        await Run(store, budget_usd=0.05)()
    assert await store.playbooks.history(KEY) == ()
    sessions = await Run(store)()
    assert [session.lessons.version for session in sessions] == [0, 0, 0, 0, *[1] * 6]


async def test_a_person_who_edits_meanwhile_is_not_overruled(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial was about another base, so its lessons are staged and tried once more on the new one."""
    run, edited = Run(store), False
    before = store.candidates.accept

    async def accept(*given: object) -> object:
        nonlocal edited
        if not edited:
            edited = True
            playbook = await store.playbooks.load(KEY)
            await store.playbooks.save(replace(playbook, version=1, author="person:me"))
        return await before(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(store.candidates, "accept", accept)
    await run()
    assert [c.status for c in await store.candidates.history(KEY)] == ["withdrawn", "accepted"]
    assert (await store.playbooks.load(KEY)).version == 2
