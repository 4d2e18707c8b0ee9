"""An experiment made to order: outcomes per arm, for tests of what measures and shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from atlas.core.messages import Usage
from atlas.core.playbook import LearningKey, Playbook
from atlas.core.session import RunId, Session
from atlas.core.tasks import TaskId
from atlas.core.trial import Trial
from atlas.reports.experiment.contamination import Certificate
from atlas.reports.experiment.layout import (
    ALONE,
    HELD_OUT,
    LEARNING,
    SEEDING,
    SPLITS,
    STREAM,
    VALIDATION,
    Layout,
    arm,
)
from atlas.reports.experiment.report import Collected, OrderBook
from tests.reports.played import session

CLEAN = Certificate(6, ("playbook, order 1",), 100, 5, (), 2, (), 1)
Passes = Callable[[str, int, int], bool]
"""(arm, number of the task, trial) -> whether it passed."""


def layout(**changes: object) -> Layout:
    made = Layout(
        "CRM uplift", RunId("r"), "d.jsonl", "rev", "run.yaml", {"student": "offline/student"},
        4, 6, 30, 20, 2, 1, 42, 0.05, 4000, "rubric", "atlas experiment run x.yaml", {},
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def half(name: str, task: int, trial: int) -> bool:
    """Every second task passes, and under the frozen playbook nine in ten."""
    return task % 10 != 0 if name.startswith(("atlas", "seeding")) else task % 2 == 0


def collected(passes: Passes = half, planned: Layout | None = None, *, simulated: bool = True) -> Collected:
    plan, clock = planned or layout(), count()

    def play(name: str, task: str, number: int, trial: int) -> Session:
        made = session(
            task,
            passes(name, number, trial),
            name,
            trial=trial,
            simulated=simulated,
            family=f"family {number % 3}",
            usage={"student": Usage(100, 10, 2, 0.01), "teacher": Usage(50, 5, 1, 0.02)}
            if name in (SEEDING, LEARNING)
            else {"student": Usage(100, 10, 2, 0.01)},
        )
        return replace(made, finished_at=f"2026-03-02T09:00:{next(clock) % 60:02}+00:00")

    sessions: list[Session] = []
    orders = []
    for order in range(plan.orders):
        names = [f"train-{number}" for number in range(plan.seed_sessions + plan.stream_sessions)]
        orders.append(tuple(map(TaskId, names)))
        for number, name in enumerate(names):
            seeding = number < plan.seed_sessions
            sessions.append(play(SEEDING if seeding else LEARNING, name, number, order))
            if not seeding:
                sessions.append(play(arm(ALONE, STREAM), name, number, order))
    for split, size in zip(SPLITS, (plan.test, plan.transfer), strict=True):
        for condition in HELD_OUT:
            for trial in range(plan.orders * plan.trials):
                for number in range(size):
                    sessions.append(play(arm(condition, split), f"{split}-{number}", number, trial))
    if plan.acceptance == "validated":
        sessions += [play(VALIDATION, f"spare-{number}", number, 0) for number in range(10)]
    key = LearningKey("experiment/r/order-1")
    tried = Trial(
        0, ("s",), "slice", 60, 60, 0, 3, 0, 0.5, 0.55, 0.0, 0.01, 0.05, 0.05, True, "3 gained", 0, True, Usage()
    )
    trials = (tried,) if plan.acceptance == "validated" else ()
    books = tuple(OrderBook(order, (Playbook(key, 1),), "User: hello", trials) for order in range(plan.orders))
    return Collected(tuple(sessions), tuple(orders), books, CLEAN)
