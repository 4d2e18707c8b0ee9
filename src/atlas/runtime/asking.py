"""Asking: one JSON object put to a model, one JSON object expected back."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TypeVar

import msgspec

from atlas.core.json import JsonObject, dumps, reply_as
from atlas.core.messages import ChatRequest, Message, ModelRole
from atlas.core.plan import PlanStep
from atlas.core.protocols import ChatModel
from atlas.core.trajectory import Turn
from atlas.errors import ModelReplyError

T = TypeVar("T", bound=msgspec.Struct)

_PROMPTS = files("atlas.runtime") / "prompts"


class StepReply(msgspec.Struct):
    """A step of a plan as a model writes it."""

    id: str | int
    description: str
    depends_on: list[str | int] = msgspec.field(default_factory=list)

    def step(self) -> PlanStep:
        return PlanStep(str(self.id), self.description, tuple(map(str, self.depends_on)))


async def ask(model: ChatModel, role: ModelRole, prompt: str, question: JsonObject, kind: type[T]) -> T:
    """The reply to `question` as `kind`. Raises `ModelError`."""
    messages = (Message("system", prompt), Message("user", dumps(question)))
    completion = await model.complete(ChatRequest(messages, json_object=True))
    try:
        return reply_as(kind, completion.message.content)
    except ValueError as error:
        raise ModelReplyError(str(error), model=model.name, role=role) from error


def instructions(name: str, own: str | None = None) -> str:
    """The system text of an ask: our rules, or `own` ones (where `{base_prompt}` is ours), and the reply's form."""
    rules, form = ((_PROMPTS / f"{part}.md").read_text().rstrip() for part in (name, f"{name}_reply"))
    return f"{own.replace('{base_prompt}', rules).rstrip() if own else rules}\n\n{form}\n"


def said(earlier: Sequence[Turn]) -> list[JsonObject]:
    """The conversation so far, as a supervisor reads it."""
    return [{"request": past.request, "reply": past.reply} for past in earlier]
