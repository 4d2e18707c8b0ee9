"""The outcomes of an evaluation, by what they were about: tool, family, complexity, refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from atlas.core.session import Session
from atlas.core.tasks import Task, TurnTarget
from atlas.reports.breakdown import Outcome
from atlas.reports.evaluation.evaluation import Evaluation

COMPLEXITY = ("simple", "medium", "complex")
NO_CALL = "(no call)"
TOOL_CALLS = "tool_calls"
"""The verifier that compares calls with those of the reference solution."""


def turns_by_tool(evaluation: Evaluation) -> Iterator[Outcome]:
    """Every graded turn, under the tool of the reference call that decides it, which is its last."""
    return _turns(evaluation, lambda session: session.turns_passed, _tool)


def calls_by_tool(evaluation: Evaluation) -> Iterator[Outcome]:
    """Whether the reference calls of a turn were made, under the tool of the one that decides it."""
    return _turns(evaluation, _calls_made, _tool)


def refusals(evaluation: Evaluation) -> Iterator[Outcome]:
    """Every graded turn that must be refused, under the category of its failure."""
    return _turns(evaluation, lambda session: session.turns_passed, lambda target: target.refusal)


def by_family(evaluation: Evaluation) -> Iterator[Outcome]:
    """Strict success of every scored session, under its task family."""
    return _sessions(evaluation, lambda task: task.brief.family)


def by_complexity(evaluation: Evaluation) -> Iterator[Outcome]:
    """Strict success of every scored session, under the complexity that the dataset gives its task."""
    return _sessions(evaluation, lambda task: task.labels.get("complexity", "unknown"))


def _sessions(evaluation: Evaluation, group: Callable[[Task], str]) -> Iterator[Outcome]:
    for session in evaluation.sessions:
        if session.success is not None:
            task = evaluation.tasks[session.slot.task_id]
            yield Outcome(group(task), session.success, task.task_id)


def _turns(
    evaluation: Evaluation,
    graded: Callable[[Session], dict[int, bool]],
    group: Callable[[TurnTarget], str | None],
) -> Iterator[Outcome]:
    """The graded turns of the scored sessions; a turn without a group is left out."""
    for session in evaluation.sessions:
        if session.success is None:
            continue
        targets = evaluation.tasks[session.slot.task_id].target.turns
        for number, passed in graded(session).items():
            name = group(targets[number - 1])
            if name is not None:
                yield Outcome(name, passed, session.slot.task_id)


def _tool(target: TurnTarget) -> str:
    return target.calls[-1].tool if target.calls else NO_CALL


def _calls_made(session: Session) -> dict[int, bool]:
    return {
        turn.index: turn.ok
        for verdict in session.verdicts
        if verdict.verifier == TOOL_CALLS
        for turn in verdict.turns
    }
