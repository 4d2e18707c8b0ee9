"""Comparability: what must be known before evaluations are compared, and which tasks may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from atlas.core.tasks import TaskId
from atlas.reports.evaluation.evaluation import Evaluation

_CONTENT = re.compile(r"sha256:[0-9a-f]+")


def content(revision: str) -> str:
    """The part of a dataset revision that says what the file holds, whatever commit or time it comes from."""
    found = _CONTENT.search(revision)
    return found[0] if found else revision


def shared_tasks(one: Evaluation, other: Evaluation) -> frozenset[TaskId]:
    """The tasks that both played and that are the same: in brief, setup and target, not in name alone."""
    both = one.played & other.played
    if content(one.conditions.dataset_revision) == content(other.conditions.dataset_revision):
        return both
    return frozenset(task for task in both if _same(one, other, task))


def shared_by_all(evaluations: Sequence[Evaluation]) -> frozenset[TaskId]:
    """The tasks that every evaluation played."""
    shared = [shared_tasks(evaluations[0], other) for other in evaluations[1:]]
    return evaluations[0].played.intersection(*shared)


def warnings(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    """One sentence for each thing that keeps the numbers from being compared as they stand."""
    yield from filter(None, map(_incomplete, evaluations))
    differing = [name for name, value in _CONDITIONS.items() if _differ(evaluations, value)]
    for name in differing:
        yield f"The runs differ in {name}: {_listed(evaluations, _CONDITIONS[name])}."
    if "the dataset" in differing or any(e.played != evaluations[0].played for e in evaluations):
        yield (
            "Paired comparisons use only conversations that both runs played and that are the same in both; "
            f"{len(shared_by_all(evaluations))} are common to all runs."
        )
    yield from _graders(evaluations)


def _incomplete(evaluation: Evaluation) -> str:
    there, planned = len(evaluation.sessions), evaluation.planned
    if there >= planned:
        return ""
    return (
        f"Run {evaluation.run_id} ({evaluation.label}) holds {there} of {planned} sessions (its status: "
        f"{evaluation.status}); the numbers are those of an unfinished run."
    )


_CONDITIONS: dict[str, Callable[[Evaluation], object]] = {
    "the dataset": lambda evaluation: content(evaluation.conditions.dataset_revision),
    "the split": lambda evaluation: evaluation.conditions.split or "all",
    "the sample": lambda evaluation: evaluation.conditions.sample or "all",
    "the seed": lambda evaluation: evaluation.conditions.seed,
    "the trials of a task": lambda evaluation: evaluation.conditions.trials,
    "the backend": lambda evaluation: evaluation.conditions.backend,
    "the judge": lambda evaluation: evaluation.conditions.judge_model or "none",
}


def _graders(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    """A sentence for each verifier that graded with several versions, or graded some of the runs only."""
    versions = [_versions(evaluation) for evaluation in evaluations]
    for verifier in sorted({name for found in versions for name in found}):
        used = [found.get(verifier, "not used") for found in versions]
        if len(set(used)) > 1 or any(", " in version for version in used):
            said = "; ".join(f"{e.label}: {version}" for e, version in zip(evaluations, used, strict=True))
            yield (
                f"The runs were graded by different versions of {verifier} ({said}), so their scores are not "
                "comparable; grade them alike with `atlas crm regrade RUN` and report again."
            )


def _versions(evaluation: Evaluation) -> dict[str, str]:
    """Verifier -> the versions it graded this run with."""
    found: dict[str, set[str]] = {}
    for session in evaluation.sessions:
        for verdict in session.verdicts:
            found.setdefault(verdict.verifier, set()).add(verdict.version)
    return {name: ", ".join(sorted(versions)) for name, versions in found.items()}


def _same(one: Evaluation, other: Evaluation, task: TaskId) -> bool:
    mine, theirs = one.tasks[task], other.tasks[task]
    return (mine.brief, mine.setup, mine.target) == (theirs.brief, theirs.setup, theirs.target)


def _differ(evaluations: Sequence[Evaluation], value: Callable[[Evaluation], object]) -> bool:
    return len({str(value(evaluation)) for evaluation in evaluations}) > 1


def _listed(evaluations: Sequence[Evaluation], value: Callable[[Evaluation], object]) -> str:
    return "; ".join(f"{evaluation.label}: {value(evaluation)}" for evaluation in evaluations)
