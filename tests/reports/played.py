"""Played sessions, made to order: for tests of whatever measures, shows or exports them."""

from __future__ import annotations

from collections.abc import Iterable

from atlas.core.json import JsonObject
from atlas.core.messages import Completion, Message, ModelRole, Usage
from atlas.core.playbook import EntryId, LearningKey, Lessons, Proposal
from atlas.core.session import Attempt, Failure, Played, RunId, Session, Slot, Validation
from atlas.core.state import StateDiff
from atlas.core.tasks import TaskId
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Trajectory, Turn
from atlas.core.verdicts import JudgeCall, Judgement, PanelVerdict, Reward, RewardPart, TurnScore, Verdict
from atlas.reports.run import RunContext, RunReport, run_report

RUN = RunId("20260302T090000Z-0000abcd")
OUTAGE = Failure("model", "ModelTimeout", "student model gpt failed after 3 attempts: no reply in 60 s")


def session(
    task: str,
    passed: bool | None,
    arm: str = "before",
    *,
    trial: int = 0,
    family: str = "quotes",
    turns: Iterable[bool] = (),
    usage: dict[ModelRole, Usage] | None = None,
    failure: Failure | None = None,
    reward: float | None = None,
    simulated: bool = False,
    learning_usage: JsonObject | None = None,
) -> Session:
    """A session with one required verifier; `passed` None leaves the verdict out, `turns` are its turn outcomes."""
    scores = tuple(TurnScore(number, ok) for number, ok in enumerate(turns, 1))
    verdict = Verdict("structured", "1", bool(passed), float(bool(passed)), "state", turns=scores)
    return Session(
        slot=Slot(RUN, arm, TaskId(task), trial),
        family=family,
        simulated=simulated,
        dataset_revision="abc123",
        lessons=Lessons(LearningKey("crm/quotes"), 3, "text", shown=(EntryId("e1"),)),
        played=None if failure else played(task),
        verdicts=() if passed is None else (verdict,),
        reward=None if reward is None else Reward(reward, (RewardPart("structured", reward, 1.0),), 0.1),
        learning_usage=learning_usage or {},
        usage=usage or {"student": Usage(100, 20, 2, 0.002)},
        failure=failure,
        started_at="2026-03-02T09:00:00+00:00",
        finished_at="2026-03-02T09:00:02.500+00:00",
    )


def played(task: str) -> Played:
    """Two turns, the first sent back once."""
    wrong, right = turn(1, "I have done nothing."), turn(1, "Quote Q1 is $1,500.00.")
    last = turn(2, "It is sent.")
    trajectory = Trajectory(TaskId(task), "chat", (right, last), StateDiff())
    attempts = (
        Attempt(wrong, "student", 1, (), Validation(False, "Search first.", "nothing was read")),
        Attempt(right, "student", 2, ("Search first.",), Validation(True, "")),
        Attempt(last, "student", 1, (), Validation(True, "")),
    )
    return Played(trajectory, attempts, "paired", "forced")


def turn(number: int, reply: str) -> Turn:
    call = ToolCall("call-1", "quote_search", '{"name": "Q1"}')
    asks = Completion(Message("assistant", "", (call,)), Usage(50, 10, 1, 0.001), "gpt", "tool_calls", 0.25)
    says = Completion(Message("assistant", reply), Usage(50, 10, 1, 0.001), "gpt", "stop", 0.5)
    steps = (Step(asks, (ToolResult("call-1", "quote_search", [{"amount": 1500.0}]),)), Step(says))
    return Turn(number, f"request {number}", steps, reply, StateDiff())


def judged() -> tuple[PanelVerdict, Reward, Proposal]:
    """What judges and synthesizer add to a session."""
    reply = Completion(Message("assistant", '{"score": 0.8}'), Usage(30, 5, 1, 0.0005), "judge-model", "stop", 1.5)
    samples = (Judgement(0.8, "right record", 0.1), Judgement(0.6, "one extra search", 0.2))
    calls = (
        JudgeCall("tier1", "judge-model", "prompt one", reply),
        JudgeCall("tier1", "judge-model", "prompt two", None, "no reply in 60 s"),
    )
    panel = PanelVerdict(0.7, "right record", samples, False, None, calls)
    return panel, Reward(0.85, (RewardPart("structured", 1.0, 0.5), RewardPart("judge", 0.7, 0.5))), Proposal()


def arm(name: str, outcomes: Iterable[bool], *, simulated: bool = False) -> list[Session]:
    """One session a task, in order, with the given strict outcomes."""
    return [
        session(f"task-{number:03}", passed, name, simulated=simulated, reward=0.9 if passed else 0.2)
        for number, passed in enumerate(outcomes)
    ]


def context(title: str = "CRM quickstart") -> RunContext:
    return RunContext(
        title=title,
        run_id=RUN,
        timestamp="2026-03-02T09:00:00+00:00",
        config_path="configs/atlas/crm_harness.yaml",
        conversations_path="data/conversations/dev.jsonl",
        tasks_path="artifacts/quickstart/run/tasks.jsonl",
        dataset_revision="abc123",
        command="atlas quickstart --seed 7",
        agent_config={"type": "crm_harness"},
    )


def two_arms(
    before: Iterable[bool], after: Iterable[bool], learning: Iterable[bool] = (), *, simulated: bool = True
) -> RunReport:
    """A quickstart: a held-out set before and after, and the stream between."""
    stream = [
        session(f"learn-{number:03}", passed, "learning", simulated=simulated)
        for number, passed in enumerate(learning)
    ]
    sessions = [
        *arm("before", before, simulated=simulated),
        *stream,
        *arm("after", after, simulated=simulated),
    ]
    return run_report(
        sessions,
        context(),
        arms=("before", "learning", "after"),
        comparisons=(("before", "after"),),
        stream="learning",
    )
