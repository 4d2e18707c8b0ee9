"""Evaluations, made to order: for tests of what measures and shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from atlas.core.messages import Usage
from atlas.core.session import RunId, Session
from atlas.core.tasks import Brief, ExpectedCall, Setup, Target, Task, TaskId, TurnTarget
from atlas.core.verdicts import TurnScore, Verdict
from atlas.reports.evaluation.evaluation import Conditions, Evaluation
from atlas.reports.evaluation.report import EvaluationReport, evaluation_report
from tests.reports.played import session

CONTENT = "sha256:0123456789abcdef"
CONDITIONS = Conditions("chat", f"9aee997+{CONTENT}", "/data/dev.jsonl", "test", "postgres", seed=42)


def task(
    name: str,
    tools: Sequence[str | None] = ("quote_search", "create_quote"),
    *,
    refusals: Mapping[int, str] | None = None,
    family: str = "quotes",
    complexity: str = "simple",
    split: str = "test",
    asks: str = "find it",
) -> Task:
    """A task whose turn n is decided by the n-th tool (None: no call); `refusals` names those to be refused."""
    turns = tuple(
        TurnTarget(
            calls=(ExpectedCall("client_search", {}), ExpectedCall(tool, {})) if tool else (),
            refusal=(refusals or {}).get(number),
        )
        for number, tool in enumerate(tools, 1)
    )
    brief = Brief(TaskId(name), "crm", family, "", tuple(asks for _ in tools))
    setup = Setup("2026-03-02T09:00:00+00:00", name)
    return Task(brief, setup, Target(turns), split, CONTENT, {"complexity": complexity})


def played(
    name: str, turns: Sequence[bool], *, state: bool = True, calls: Sequence[bool] = (), trial: int = 0
) -> Session:
    """A session with a verdict on its replies turn by turn, one on its state and one on its calls."""
    scored = session(name, all(turns), trial=trial, turns=turns)
    replies = replace(scored.verdicts[0], verifier="reply_facts")
    graded = Verdict("structured", "1", state, float(state), "")
    scores = tuple(TurnScore(number, ok) for number, ok in enumerate(calls or turns, 1))
    metric = Verdict("tool_calls", "1", all(calls), 1.0, "", required=False, turns=scores)
    return replace(scored, verdicts=(graded, replies, metric))


def evaluation(
    label: str,
    sessions: Iterable[Session],
    tasks: Iterable[Task] | None = None,
    *,
    conditions: Conditions = CONDITIONS,
    status: str = "succeeded",
) -> Evaluation:
    """An evaluation of these sessions; by default the dataset holds a task for each and nothing else."""
    everything = list(sessions)
    found = tasks if tasks is not None else [task(name) for name in sorted({s.slot.task_id for s in everything})]
    return Evaluation.of(label, RunId(f"run-{label}"), status, conditions, everything, found)


def arm(label: str, outcomes: Iterable[bool], *, cost_usd: float = 0.01, simulated: bool = False) -> Evaluation:
    """One session of two turns a task, the second of which is right in a success alone."""
    sessions = [
        replace(
            played(f"task-{number:03}", [True, passed]),
            usage={"student": Usage(900, 100, 2, cost_usd * (1 + number % 3 / 10))},
            simulated=simulated,
        )
        for number, passed in enumerate(outcomes)
    ]
    return evaluation(label, sessions)


def report(*evaluations: Evaluation, smallest_effect: float = 0.05) -> EvaluationReport:
    """The report of these evaluations against the first."""
    command = "atlas crm report " + " ".join(evaluation.run_id for evaluation in evaluations)
    return evaluation_report(evaluations, evaluations[0].label, command, smallest_effect=smallest_effect)
