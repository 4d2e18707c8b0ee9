"""An assignment: what an agent is asked to do in one go, a turn of the conversation or a step of its plan."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.plan import PlanStep
from atlas.core.trajectory import Turn


@dataclass(frozen=True, slots=True)
class Assignment:
    """`request` is what the agent reads as the user's message, `earlier` all that was handled before it.

    Of a step of a plan, `part_of` is the user's request, `steps` is the whole plan and `step` the one to do.
    """

    turn: int
    request: str
    earlier: tuple[Turn, ...]
    part_of: str | None = None
    steps: tuple[PlanStep, ...] = ()
    step: PlanStep | None = None

    @property
    def step_id(self) -> str | None:
        return self.step.id if self.step else None

    def of_step(self, step: PlanStep, steps: tuple[PlanStep, ...], done: tuple[Turn, ...]) -> Assignment:
        """One step of a plan for this assignment, after the steps that are `done`."""
        earlier = (*self.earlier, *done)
        return Assignment(self.turn, step.description, earlier, self.request, steps, step)
