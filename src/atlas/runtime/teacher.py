"""The teacher: a stronger model that validates attempts and gives guidance. It never sees a target."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from atlas.core.json import JsonObject, to_json
from atlas.core.plan import PlanReview, PlanStep
from atlas.core.protocols import ChatModel
from atlas.core.session import Validation
from atlas.core.tasks import Brief
from atlas.core.trajectory import Turn
from atlas.core.transcript import calls_of
from atlas.runtime.asking import StepReply, ask, instructions, said
from atlas.runtime.config import TeacherPrompts

OURS = TeacherPrompts()


class _ValidationReply(msgspec.Struct):
    valid: bool
    guidance: str = ""
    rationale: str = ""


class _GuidanceReply(msgspec.Struct):
    guidance: str
    rationale: str = ""


class _ReviewReply(msgspec.Struct):
    approved: bool
    steps: list[StepReply] | None = None
    concerns: str = ""


class ChatTeacher:
    """Asks `model` with one JSON object and expects one back."""

    def __init__(self, model: ChatModel, prompts: TeacherPrompts = OURS) -> None:
        self._model = model
        self._validate_prompt = instructions("validate", prompts.validation)
        self._guide_prompt = instructions("guide", prompts.guidance)
        self._review_prompt = instructions("review_plan", prompts.plan_review)

    @property
    def name(self) -> str:
        return self._model.name

    async def validate(
        self,
        brief: Brief,
        earlier: Sequence[Turn],
        turn: Turn,
        guidance: Sequence[str],
        playbook: str,
        part_of: str | None = None,
    ) -> Validation:
        """Whether the attempt at this turn is right, and what to tell the student if not."""
        question: JsonObject = {
            "ask": "validate",
            "instructions": brief.instructions,
            "earlier": said(earlier),
            "request": turn.request,
            "part_of": part_of,
            "steps": calls_of(turn),
            "reply": turn.reply,
            "changes": to_json(turn.changes),
            "guidance": list(guidance),
            "playbook": playbook,
        }
        reply = await ask(self._model, "teacher", self._validate_prompt, question, _ValidationReply)
        told = "" if reply.valid else reply.guidance or "Check the request again and correct the attempt."
        return Validation(reply.valid, told, reply.rationale)

    async def guide(self, brief: Brief, earlier: Sequence[Turn], request: str, playbook: str) -> Validation:
        """Advice on a request before the student acts on it."""
        question: JsonObject = {
            "ask": "guide",
            "instructions": brief.instructions,
            "earlier": said(earlier),
            "request": request,
            "playbook": playbook,
        }
        reply = await ask(self._model, "teacher", self._guide_prompt, question, _GuidanceReply)
        return Validation(True, reply.guidance, reply.rationale)

    async def review(
        self, brief: Brief, earlier: Sequence[Turn], request: str, steps: Sequence[PlanStep], playbook: str
    ) -> tuple[PlanReview, tuple[PlanStep, ...]]:
        """What it says of a plan, and the steps to take: the plan's, its own instead, or none."""
        question: JsonObject = {
            "ask": "review_plan",
            "instructions": brief.instructions,
            "earlier": said(earlier),
            "request": request,
            "plan": {"steps": to_json(steps)},
            "playbook": playbook,
        }
        reply = await ask(self._model, "teacher", self._review_prompt, question, _ReviewReply)
        if reply.approved:
            return PlanReview("approved", reply.concerns), tuple(steps)
        revised = tuple(step.step() for step in reply.steps or ())
        outcome = PlanReview("revised" if revised else "rejected", reply.concerns, tuple(steps))
        return outcome, revised
