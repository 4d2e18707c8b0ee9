"""An evaluation report: all that its page, its document and its figures show, measured once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas.core.session import Session
from atlas.core.tasks import TaskId
from atlas.reports.breakdown import Group, breakdown
from atlas.reports.comparison import Comparison, adjusted, compare
from atlas.reports.evaluation import outcomes
from atlas.reports.evaluation.comparability import shared_by_all, shared_tasks, warnings
from atlas.reports.evaluation.economy import Economy, economy
from atlas.reports.evaluation.effort import Effort, effort
from atlas.reports.evaluation.evaluation import Evaluation
from atlas.reports.evaluation.positions import Position, positions, wrong_only_in_state
from atlas.reports.evaluation.published import Board, published
from atlas.reports.measure import arm_metrics
from atlas.reports.metrics import ArmMetrics, Rate


@dataclass(frozen=True, slots=True)
class Measured:
    """One evaluation, measured. `common` is over the tasks that every run played, None where those are all."""

    evaluation: Evaluation
    metrics: ArmMetrics
    common: ArmMetrics | None
    tools: tuple[Group, ...]
    calls: tuple[Group, ...]
    families: tuple[Group, ...]
    complexity: tuple[Group, ...]
    refusals: tuple[Group, ...]
    positions: tuple[Position, ...]
    wrong_only_in_state: Rate
    effort: Effort

    @property
    def label(self) -> str:
        return self.evaluation.label


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Runs side by side. `comparisons` and `economies` are of each run against `baseline`."""

    runs: tuple[Measured, ...]
    baseline: str
    comparisons: tuple[Comparison, ...]
    economies: tuple[Economy, ...]
    warnings: tuple[str, ...]
    boards: tuple[Board, ...]
    command: str

    @property
    def simulated(self) -> bool:
        """Whether any session of any run was played by scripted models."""
        return any(run.metrics.simulated for run in self.runs)

    @property
    def title(self) -> str:
        return f"CRM evaluation: {', '.join(run.label for run in self.runs)}"

    @property
    def timestamp(self) -> str:
        """When the last session finished, ISO-8601 UTC: the report of equal sessions is equal."""
        return max((session.finished_at for run in self.runs for session in run.evaluation.sessions), default="")


def evaluation_report(
    evaluations: Sequence[Evaluation], baseline: str, command: str, *, seed: int = 0, smallest_effect: float = 0.05
) -> EvaluationReport:
    """Measure the runs and compare each with the one labelled `baseline`.

    P-values of several comparisons are adjusted for each other; `seed` is that of resampling. Raises `ValueError`
    when no run, or more than one, has that label, and when a slot occurs twice.
    """
    (base,) = (evaluation for evaluation in evaluations if evaluation.label == baseline)
    pairs = {other.label: _paired(base, other) for other in evaluations if other is not base}

    def against_base(label: str) -> Comparison:
        return compare(
            pairs[label], baseline, label, seed=seed, smallest_effect=smallest_effect, made_together=len(pairs)
        )

    comparisons = adjusted([against_base(label) for label in pairs])
    claims = [economy(pairs[made.after], made) for made in comparisons]
    common = shared_by_all(evaluations)
    return EvaluationReport(
        runs=tuple(_measured(evaluation, common) for evaluation in evaluations),
        baseline=baseline,
        comparisons=comparisons,
        economies=tuple(claim for claim in claims if claim is not None),
        warnings=tuple(warnings(evaluations)),
        boards=published(),
        command=command,
    )


def _paired(base: Evaluation, other: Evaluation) -> list[Session]:
    """The sessions of both that may be compared."""
    shared = shared_tasks(base, other)
    return [session for session in (*base.sessions, *other.sessions) if session.slot.task_id in shared]


def _measured(evaluation: Evaluation, common: frozenset[TaskId]) -> Measured:
    sessions = evaluation.sessions
    return Measured(
        evaluation=evaluation,
        metrics=arm_metrics(evaluation.label, sessions),
        common=_on(common, evaluation) if evaluation.played != common else None,
        tools=breakdown(outcomes.turns_by_tool(evaluation), total="all tools"),
        calls=breakdown(outcomes.calls_by_tool(evaluation), total="all tools"),
        families=breakdown(outcomes.by_family(evaluation)),
        complexity=breakdown(outcomes.by_complexity(evaluation), order=outcomes.COMPLEXITY),
        refusals=breakdown(outcomes.refusals(evaluation), total="all categories"),
        positions=positions(sessions),
        wrong_only_in_state=wrong_only_in_state(sessions),
        effort=effort(sessions),
    )


def _on(tasks: frozenset[TaskId], evaluation: Evaluation) -> ArmMetrics:
    return arm_metrics(evaluation.label, [s for s in evaluation.sessions if s.slot.task_id in tasks])
