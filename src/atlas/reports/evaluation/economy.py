"""An economy: whether a run costs less than another, and whether its success bears the saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal, TypeAlias

from atlas.core.session import Session
from atlas.core.tasks import TaskId
from atlas.reports.comparison import Comparison
from atlas.reports.statistics.noninferiority import NonInferiority, noninferior_cost

Claim: TypeAlias = Literal["cheaper, success not worse", "cheaper, success may be worse", "not shown to be cheaper"]


@dataclass(frozen=True, slots=True)
class Economy:
    """A cost claim. `cost` tests that a conversation costs less (a ratio below 1), task by task.

    Success is "not worse" when the whole 95 % interval of its difference lies above -`margin`.
    """

    before: str
    after: str
    cost: NonInferiority
    margin: float
    claim: Claim


def economy(sessions: Sequence[Session], comparison: Comparison) -> Economy | None:
    """The claim about the compared arms; None with an unknown price, fewer than two tasks, or a baseline for free.

    The margin is the comparison's smallest effect that matters. For one trial a task the rule on the interval is
    the one-sided score test at 2.5 % (`noninferior_rate`): Tango's interval holds what that test does not reject.
    """
    first, second = _costs(sessions, comparison.before), _costs(sessions, comparison.after)
    tasks = sorted(first.keys() & second.keys())
    if comparison.cost_usd is None or len(tasks) < 2 or comparison.cost_usd.before == 0:
        return None
    cost = noninferior_cost([first[task] for task in tasks], [second[task] for task in tasks], ratio=1.0)
    margin = comparison.smallest_effect
    return Economy(comparison.before, comparison.after, cost, margin, _claim(cost, comparison))


def _claim(cost: NonInferiority, comparison: Comparison) -> Claim:
    if not cost.holds:
        return "not shown to be cheaper"
    if comparison.interval.low > -comparison.smallest_effect:
        return "cheaper, success not worse"
    return "cheaper, success may be worse"


def _costs(sessions: Sequence[Session], arm: str) -> dict[TaskId, float]:
    """Mean cost of a scored session of each task, in dollars: trials of one task are not independent."""
    found: dict[TaskId, list[float]] = {}
    for session in sessions:
        cost = session.spent.cost_usd
        if session.slot.arm == arm and session.success is not None and cost is not None:
            found.setdefault(session.slot.task_id, []).append(cost)
    return {task: fmean(costs) for task, costs in found.items()}
