"""Sample sessions: one with everything in it, and small ones."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.messages import Completion, Message, Usage
from atlas.core.playbook import (
    Action,
    Cue,
    Entry,
    EntryId,
    LearningKey,
    Lessons,
    Playbook,
    Proposal,
    Provenance,
    RubricScores,
    Scope,
)
from atlas.core.session import Attempt, Failure, Played, RunId, Session, Slot, Validation
from atlas.core.state import Change, StateDiff
from atlas.core.tasks import TaskId
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Trajectory, Turn
from atlas.core.verdicts import JudgeCall, Judgement, PanelVerdict, Reward, RewardPart, TurnScore, Verdict

KEY = LearningKey("crm/chat")
RUN = RunId("run-1")
# Whatever a model may say and PostgreSQL may refuse or change.
NASTY = 'NUL \0, private \ue000 \ue0000, literal \\u0000, "quotes", emoji \U0001f600, newline\n'


def entry(name: str, audience: str = "student", lifecycle: str = "active") -> Entry:
    """An entry with every field set."""
    scores = RubricScores(1.0, 0.9, 0.4, 1.0, 0.88, {"cue": True}, ("none",))
    return Entry(
        EntryId(name),
        "teacher" if audience == "teacher" else "student",
        Cue("keyword", "quote", "a quote is asked for"),
        Action(f"Do {name}", "search_quotes", "search", {"limit": 1, "deep": [None, {"a": 1.5}]}),
        "fewer mistakes",
        Scope("differentiation", "only open ones", "always"),
        "provisional" if lifecycle == "provisional" else "active",
        Provenance("run-1/learn/t/0", "abc", scores),
    )


def playbook(version: int, *names: str) -> Playbook:
    """A playbook whose entries are `names`."""
    parent = version - 1 or None
    return Playbook(KEY, version, tuple(entry(name) for name in names), (entry("refused"),), parent, "synthesizer")


def session(task: str = "t", trial: int = 0) -> Session:
    """A session that was played and rewarded, with little in it."""
    turn = Turn(1, "How many quotes?", (), "Four.", StateDiff())
    trajectory = Trajectory(TaskId(task), "chat", (turn,), StateDiff())
    return Session(
        Slot(RUN, "learn", TaskId(task), trial),
        "quotes",
        simulated=True,
        dataset_revision="rev",
        lessons=Lessons(KEY, 0),
        played=Played(trajectory, (Attempt(turn, "student", 1),), "auto", "forced"),
        reward=Reward(0.5, (RewardPart("verifiers", 0.5, 1.0),)),
    )


def failed(task: str = "t") -> Session:
    """A session that an outage ended before its first turn did."""
    return replace(session(task), played=None, reward=None, failure=Failure("model", "ModelTimeout", "no reply"))


def rich() -> Session:
    """A session in which every field of every noun holds something."""
    call = ToolCall("c1", "search_quotes", '{"name": "x\\u0000"}')
    done = Completion(Message("assistant", NASTY, (call,)), Usage(10, 5, 1, 0.1), "m", "tool_calls", 0.25)
    found = ToolResult("c1", "search_quotes", {"rows": [{"id": 1, "amount": 1500.0, "none": None, "name": NASTY}]})
    wrong = ToolResult("c1", "search_quotes", error="There is no such quote.")
    changes = StateDiff(
        {"quotes": {"q1": {"amount": 1e-7, "big": 2**63 - 1}}},
        {"clients": {"c1": {"status": Change("Active", None)}}},
        {"notes": {"n1": {"text": NASTY}}},
    )
    first = Turn(1, "Find it " + NASTY, (Step(done, (wrong,)),), "", StateDiff(), "step_limit")
    again = Turn(1, "Find it " + NASTY, (Step(done, (found,)),), "Found it.", changes)
    last = Turn(2, "Thanks", (), NASTY, StateDiff())
    attempts = (
        Attempt(first, "student", 1, ("look closer",), Validation(False, "search by name", "too narrow")),
        Attempt(again, "teacher", 2, ("look closer", "search by name"), Validation(True, "", "right")),
        Attempt(last, "student", 1, teacher_failure=Failure("model", "ModelTimeout", "no reply")),
    )
    samples = (
        Judgement(0.25, "meh", 0.5, ({"name": "accuracy", "weight": 1.0},), 0.2),
        Judgement(0.75, "good", 0.1, ({"name": "care", "weight": 0.5},), 0.8),
    )
    audit = (
        JudgeCall("tier1", "judge-1", "prompt", done),
        JudgeCall("arbiter", "judge-2", "prompt", None, "timeout"),
    )
    return Session(
        Slot(RUN, "learn", TaskId("conversation::7/a"), 2),
        "quotes",
        simulated=True,
        dataset_revision="rev",
        lessons=Lessons(KEY, 3, "- When", "- Guide", (EntryId("e1"),), (EntryId("e2"),)),
        played=Played(
            Trajectory(TaskId("conversation::7/a"), "chat", (again, last), changes), attempts, "paired", "why"
        ),
        verdicts=(
            Verdict("state", "2", True, 1.0, "equal", True, "rule", (TurnScore(1, True, 2, 2),)),
            Verdict("tool_calls", "1", False, 0.5, "one missing", False, "judge"),
        ),
        panel=PanelVerdict(0.5, "split", samples, True, "variance", audit),
        reward=Reward(0.8, (RewardPart("verifiers", 1.0, 0.6), RewardPart("judges", 0.5, 0.4)), 0.3),
        proposal=Proposal((entry("e3"),), (entry("e4", "teacher"),), "remember " + NASTY, "watch"),
        learning_usage={"roles": {"student": {"e1": {"cue_hits": 2}}}},
        usage={"student": Usage(20, 10, 2, 0.2), "teacher": Usage(1, 2, 1, 0.05)},
        synthesis_failure=Failure("model", "ModelReplyError", "prose"),
        started_at="2026-03-02T09:00:00+00:00",
        finished_at="2026-03-02T09:00:01.5+00:00",
    )
