"""Planning: how a plan for one turn comes about, is reviewed, and is refused where it cannot be followed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from atlas.core.plan import Plan, PlanReview, PlanStep
from atlas.core.protocols import Teacher
from atlas.core.tasks import Brief
from atlas.errors import ModelError, ModelReplyError
from atlas.runtime.assignment import Assignment
from atlas.runtime.ordering import PlanFault, ordered
from atlas.runtime.planner import ChatPlanner
from atlas.runtime.rollout import Stage


@dataclass(frozen=True, slots=True)
class Planning:
    """A planner and, where the plan is not the teacher's own, its reviewer. No failure of either ends a session."""

    brief: Brief
    stage: Stage
    planner: ChatPlanner
    teacher: Teacher | None
    student_playbook: str
    teacher_playbook: str

    async def plan(self, assignment: Assignment) -> Plan:
        """The plan of a turn: to be followed, or with the reason why not. Every one is recorded as an event."""
        plan = await self._drafted(assignment)
        if plan.outcome == "followed" and self.planner.by == "student" and self.teacher is not None:
            plan = await self._reviewed(plan, assignment, self.teacher)
        await self.stage.record("plan.made", self.planner.by, turn=assignment.turn, plan=plan)
        return plan

    async def _drafted(self, assignment: Assignment) -> Plan:
        turn, by = assignment.turn, self.planner.by
        playbook = self.student_playbook if by == "student" else self.teacher_playbook
        try:
            steps = await self.planner.plan(
                self.brief, assignment.earlier, assignment.request, playbook, self.stage.world.specs
            )
        except ModelReplyError as error:
            return Plan(turn, by, "unusable_reply", reason=str(error), error=type(error).__name__)
        except ModelError as error:
            return Plan(turn, by, "planner_failed", reason=str(error), error=type(error).__name__)
        return judged(Plan(turn, by, "followed", steps))

    async def _reviewed(self, plan: Plan, assignment: Assignment, teacher: Teacher) -> Plan:
        try:
            review, steps = await teacher.review(
                self.brief, assignment.earlier, assignment.request, plan.steps, self.teacher_playbook
            )
        except ModelError as error:
            await self.stage.record(
                "teacher.failed", "teacher", turn=assignment.turn, asked="review", message=str(error)
            )
            return replace(plan, review=PlanReview("failed", str(error), error=type(error).__name__))
        await self.stage.record("teacher.plan_review", "teacher", turn=assignment.turn, review=review)
        if not steps:
            reason = review.concerns or "the teacher would rather have no plan"
            return replace(plan, outcome="rejected", reason=reason, review=review)
        return judged(replace(plan, steps=steps, review=review))


def judged(plan: Plan) -> Plan:
    """The plan in the order of its steps, or with the reason why it cannot be followed.

    A plan of one step says nothing that the request does not say itself, so the request is played as it is.
    """
    try:
        steps: tuple[PlanStep, ...] = ordered(plan.steps)
    except PlanFault as fault:
        return replace(plan, outcome=fault.outcome, reason=str(fault))
    if len(steps) == 1:
        return replace(plan, outcome="single_step", reason="one step is the request itself")
    return replace(plan, steps=steps)
