"""A run report: all that a run's tables, documents, plots and metrics.json show, measured once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from atlas.core.json import JsonObject
from atlas.core.session import RunId, Session
from atlas.reports.comparison import Comparison, compare
from atlas.reports.learning_curve import LearningCurve, learning_curve
from atlas.reports.measure import arm_metrics
from atlas.reports.metrics import ArmMetrics, FailedSession


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run was made from. `timestamp` is ISO-8601 UTC; `command` is the shell line that repeats the run."""

    title: str
    run_id: RunId
    timestamp: str
    config_path: str
    conversations_path: str
    tasks_path: str
    dataset_revision: str
    command: str
    agent_config: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run, measured: its arms, their comparisons and the curve of its learning stream, where it has one."""

    context: RunContext
    arms: tuple[ArmMetrics, ...]
    comparisons: tuple[Comparison, ...]
    curve: LearningCurve | None

    @property
    def simulated(self) -> bool:
        """Whether any session of the run was played by scripted models."""
        return any(arm.simulated for arm in self.arms)

    @property
    def heading(self) -> str:
        """The title; it says so when the run is simulated."""
        return f"{self.context.title} (SIMULATED)" if self.simulated else self.context.title

    @property
    def failed(self) -> tuple[FailedSession, ...]:
        """Every session lost to something below us, arm by arm."""
        return tuple(session for arm in self.arms for session in arm.failed)

    @property
    def compared(self) -> tuple[ArmMetrics, ...]:
        """The arms that some comparison is about, in the order of the arms."""
        names = {name for comparison in self.comparisons for name in (comparison.before, comparison.after)}
        return tuple(arm for arm in self.arms if arm.arm in names)


def run_report(
    sessions: Iterable[Session],
    context: RunContext,
    *,
    arms: Sequence[str],
    comparisons: Sequence[tuple[str, str]] = (),
    stream: str | None = None,
    seed: int = 0,
    smallest_effect: float = 0.05,
) -> RunReport:
    """Measure a run.

    `arms` and `comparisons` (before, after) are shown in the order given; `stream` names the arm that learned,
    whose sessions must come in order of play. Otherwise the order of `sessions` does not matter. An arm without
    sessions is left out, and so is what would compare it. Raises `ValueError` when a slot occurs twice.
    """
    everything = list(sessions)
    played = {session.slot.arm for session in everything}
    learned = [session for session in everything if session.slot.arm == stream]
    return RunReport(
        context,
        tuple(arm_metrics(arm, everything) for arm in arms if arm in played),
        tuple(
            compare(everything, before, after, seed=seed, smallest_effect=smallest_effect)
            for before, after in comparisons
            if {before, after} <= played
        ),
        learning_curve(learned) if learned else None,
    )
