"""The order of a plan: its steps so that each comes after those it depends on, or why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from atlas.core.plan import PlanOutcome, PlanStep

MOST_STEPS = 12


class PlanFault(Exception):
    """A plan that cannot be followed: `outcome` says which way, the text why."""

    def __init__(self, outcome: PlanOutcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


def ordered(steps: Sequence[PlanStep]) -> tuple[PlanStep, ...]:
    """The steps as they are to be played: as given, but for those that must wait for others. Raises `PlanFault`."""
    _require_sound(steps)
    waiting, done = list(steps), list[PlanStep]()
    while waiting:
        finished = {step.id for step in done}
        ready = next((step for step in waiting if finished.issuperset(step.depends_on)), None)
        if ready is None:
            raise PlanFault("cyclic", f"these steps wait for each other: {_listed(step.id for step in waiting)}")
        waiting.remove(ready)
        done.append(ready)
    return tuple(done)


def _require_sound(steps: Sequence[PlanStep]) -> None:
    if not steps or not all(step.description.strip() for step in steps):
        raise PlanFault("empty", "a step has no description" if steps else "the plan has no steps")
    if len(steps) > MOST_STEPS:
        raise PlanFault("too_long", f"the plan has {len(steps)} steps; at most {MOST_STEPS} are followed")
    counted = Counter(step.id for step in steps)
    if repeated := [name for name, count in counted.items() if count > 1]:
        raise PlanFault("repeated_id", f"several steps have the same id: {_listed(repeated)}")
    if unknown := [name for step in steps for name in step.depends_on if name not in counted]:
        raise PlanFault("unknown_dependency", f"a step depends on one that is not there: {_listed(unknown)}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))
