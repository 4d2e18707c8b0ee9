"""The planner: a model that parts a request into steps before it is handled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from atlas.core.json import JsonObject
from atlas.core.plan import PlanStep
from atlas.core.protocols import ChatModel
from atlas.core.tasks import Brief
from atlas.core.tools import ToolSpec
from atlas.core.trajectory import Turn
from atlas.runtime.asking import StepReply, ask, instructions, said


class _PlanReply(msgspec.Struct):
    steps: list[StepReply]


class ChatPlanner:
    """Asks `model`, which is the student's or the teacher's: `by` says whose."""

    def __init__(self, model: ChatModel, by: Literal["student", "teacher"], prompt: str | None = None) -> None:
        """`prompt` are rules of one's own in the place of ours."""
        self.by = by
        self._model = model
        self._prompt = instructions("plan", prompt)

    async def plan(
        self, brief: Brief, earlier: Sequence[Turn], request: str, playbook: str, tools: Sequence[ToolSpec]
    ) -> tuple[PlanStep, ...]:
        """The steps as the model wrote them, in no order that could be relied on. Raises `ModelError`."""
        question: JsonObject = {
            "ask": "plan",
            "instructions": brief.instructions,
            "earlier": said(earlier),
            "request": request,
            "playbook": playbook,
            "tools": [{"name": spec.name, "description": spec.description} for spec in tools],
        }
        reply = await ask(self._model, self.by, self._prompt, question, _PlanReply)
        return tuple(step.step() for step in reply.steps)
