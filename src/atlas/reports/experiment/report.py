"""An experiment report: all that its page, its document and its figures show, measured once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from atlas.core.messages import Usage
from atlas.core.playbook import Playbook
from atlas.core.session import Session
from atlas.core.tasks import TaskId
from atlas.core.trial import Trial
from atlas.reports.comparison import Comparison, adjusted, compare
from atlas.reports.experiment.contamination import Certificate
from atlas.reports.experiment.layout import (
    ALONE,
    ARMS,
    COMPARISONS,
    FROZEN,
    LEARNING,
    SEEDING,
    SPLITS,
    STREAM,
    VALIDATION,
    Layout,
    arm,
)
from atlas.reports.learning_curve import LearningCurve, learning_curve
from atlas.reports.measure import arm_metrics
from atlas.reports.metrics import ArmMetrics

CURVE_WINDOW = 10
"""Places in the orders that a point of a learning curve looks back on."""
LEARNED = "atlas learning"


@dataclass(frozen=True, slots=True)
class OrderBook:
    """What one order learned: its playbook, every version; the history in its place; the trials of versions."""

    order: int
    versions: tuple[Playbook, ...]
    history: str
    trials: tuple[Trial, ...] = ()

    @property
    def entries(self) -> int:
        """Entries that the last version shows."""
        last = self.versions[-1].entries if self.versions else ()
        return sum(entry.lifecycle in ("active", "provisional") for entry in last)


@dataclass(frozen=True, slots=True)
class Collected:
    """What an experiment has left behind so far; `orders` are the training tasks of each order as played."""

    sessions: tuple[Session, ...]
    orders: tuple[tuple[TaskId, ...], ...]
    books: tuple[OrderBook, ...]
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """One order alone: the frozen playbook against the student alone on one held-out split."""

    order: int
    split: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Charged:
    """What the successes on held-out tasks cost when all that was spent on learning is charged to them.

    Learning is the seed sessions, the stream and the trials, with teacher, judges and synthesizer.
    """

    learning: Usage
    held_out: Usage
    successes: int

    @property
    def tokens_per_success(self) -> float | None:
        return (self.learning + self.held_out).total_tokens / self.successes if self.successes else None

    @property
    def cost_per_success_usd(self) -> float | None:
        cost = (self.learning + self.held_out).cost_usd
        return None if cost is None or not self.successes else cost / self.successes


@dataclass(frozen=True, slots=True)
class ExperimentReport:
    """An experiment, measured. `comparisons` are read together, so their p-values are adjusted for each other."""

    layout: Layout
    arms: tuple[ArmMetrics, ...]
    comparisons: tuple[Comparison, ...]
    orders: tuple[OrderOutcome, ...]
    curves: tuple[LearningCurve, ...]
    charged: Charged
    books: tuple[OrderBook, ...]
    certificate: Certificate
    warnings: tuple[str, ...]
    timestamp: str

    @property
    def simulated(self) -> bool:
        """Whether any session was played by scripted models."""
        return any(metrics.simulated for metrics in self.arms)

    def arm(self, name: str) -> ArmMetrics | None:
        """The arm of that name, None where it has no session."""
        return next((metrics for metrics in self.arms if metrics.arm == name), None)

    def comparison(self, before: str, after: str) -> Comparison | None:
        """The comparison of two arms, None where one of them has no session."""
        return next((made for made in self.comparisons if (made.before, made.after) == (before, after)), None)


def experiment_report(layout: Layout, found: Collected) -> ExperimentReport:
    """Measure what is there; an unfinished experiment is measured as far as it has come, and says so.

    Raises `ValueError` when a slot occurs twice.
    """
    sessions = found.sessions
    played = {session.slot.arm for session in sessions}
    chosen = [pair for pair in COMPARISONS if {*pair} <= played]
    made = [
        compare(
            sessions,
            before,
            after,
            seed=layout.seed,
            smallest_effect=layout.smallest_effect,
            made_together=len(chosen),
        )
        for before, after in chosen
    ]
    arms = tuple(arm_metrics(name, sessions) for name in ARMS if name in played)
    return ExperimentReport(
        layout=layout,
        arms=arms,
        comparisons=adjusted(made),
        orders=tuple(_orders(layout, sessions, played)),
        curves=tuple(_curves(layout, found)),
        charged=_charged(arms),
        books=found.books,
        certificate=found.certificate,
        warnings=tuple(_warnings(layout, arms, found)),
        timestamp=max((session.finished_at for session in sessions), default=""),
    )


def _orders(layout: Layout, sessions: Sequence[Session], played: set[str]) -> list[OrderOutcome]:
    outcomes = []
    for split in SPLITS:
        before, after = arm(ALONE, split), arm(FROZEN, split)
        if not {before, after} <= played:
            continue
        for order in range(layout.orders):
            mine = [s for s in sessions if s.slot.arm in (before, after) and s.slot.trial // layout.trials == order]
            made = compare(mine, before, after, seed=layout.seed, smallest_effect=layout.smallest_effect)
            outcomes.append(OrderOutcome(order, split, made))
    return outcomes


def _curves(layout: Layout, found: Collected) -> list[LearningCurve]:
    """Trailing success over all orders together: of Atlas from its first session on, of the student on the stream.

    Sessions that have the same place in their orders stand side by side.
    """
    places = {(order, task): place for order, tasks in enumerate(found.orders) for place, task in enumerate(tasks)}

    def curve(name: str, *arms: str) -> list[LearningCurve]:
        mine = [s for s in found.sessions if s.slot.arm in arms]
        mine.sort(key=lambda s: (places[s.slot.trial, s.slot.task_id], s.slot.trial))
        named = [replace(s, slot=replace(s.slot, arm=name)) for s in mine]
        return [learning_curve(named, CURVE_WINDOW * layout.orders)] if named else []

    return [*curve(LEARNED, SEEDING, LEARNING), *curve(ALONE, arm(ALONE, STREAM))]


def _charged(arms: Sequence[ArmMetrics]) -> Charged:
    held_out = {arm(FROZEN, split) for split in SPLITS}
    return Charged(
        sum((m.spent for m in arms if m.arm in (SEEDING, LEARNING, VALIDATION)), Usage()),
        sum((m.spent for m in arms if m.arm in held_out), Usage()),
        sum(m.success.passed for m in arms if m.arm in held_out),
    )


def _warnings(layout: Layout, arms: Sequence[ArmMetrics], found: Collected) -> list[str]:
    said = []
    there = {metrics.arm: metrics.sessions for metrics in arms}
    missing = {name: planned - there.get(name, 0) for name, planned in layout.planned()}
    if any(missing.values()):
        listed = ", ".join(f"{name} {count}" for name, count in missing.items() if count)
        said.append(f"The experiment is not complete; sessions missing: {listed}. The same command plays them.")
    if not found.certificate.clean:
        leaks = len(found.certificate.hits) + len(found.certificate.overlaps)
        said.append(f"Held-out material was shown or learned from in {leaks} places; see the certificate.")
    failed = sum(len(metrics.failed) for metrics in arms)
    if failed:
        said.append(f"{failed} sessions were lost to infrastructure; the same command plays them again.")
    said.append(
        f"Intervals and tests are over tasks. How much luck is in the {layout.orders} playbooks themselves shows "
        "in the spread over the orders, not in an interval."
    )
    return said
