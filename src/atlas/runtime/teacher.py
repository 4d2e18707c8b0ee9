"""The teacher: a stronger model that validates attempts and gives guidance. It never sees a target."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TypeVar

import msgspec

from atlas.core.json import JsonObject, dumps, reply_as, to_json
from atlas.core.messages import ChatRequest, Completion, Message
from atlas.core.protocols import ChatModel
from atlas.core.session import Validation
from atlas.core.tasks import Brief
from atlas.core.trajectory import Turn
from atlas.core.transcript import calls_of
from atlas.errors import ModelReplyError

_PROMPTS = files("atlas.runtime") / "prompts"


class _ValidationReply(msgspec.Struct):
    valid: bool
    guidance: str = ""
    rationale: str = ""


class _GuidanceReply(msgspec.Struct):
    guidance: str
    rationale: str = ""


_Reply = TypeVar("_Reply", _ValidationReply, _GuidanceReply)


class ChatTeacher:
    """Asks `model` with one JSON object and expects one back."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self._validate_prompt = (_PROMPTS / "validate.md").read_text()
        self._guide_prompt = (_PROMPTS / "guide.md").read_text()

    async def validate(
        self, brief: Brief, earlier: Sequence[Turn], turn: Turn, guidance: Sequence[str], playbook: str
    ) -> Validation:
        """Whether the attempt at this turn is right, and what to tell the student if not."""
        ask: JsonObject = {
            "ask": "validate",
            "instructions": brief.instructions,
            "earlier": [{"request": past.request, "reply": past.reply} for past in earlier],
            "request": turn.request,
            "steps": calls_of(turn),
            "reply": turn.reply,
            "changes": to_json(turn.changes),
            "guidance": list(guidance),
            "playbook": playbook,
        }
        completion = await self._ask(self._validate_prompt, ask)
        reply = self._parse(completion, _ValidationReply)
        said = "" if reply.valid else reply.guidance or "Check the request again and correct the attempt."
        return Validation(reply.valid, said, reply.rationale)

    async def guide(self, brief: Brief, earlier: Sequence[Turn], request: str, playbook: str) -> Validation:
        """Advice on a request before the student acts on it."""
        ask: JsonObject = {
            "ask": "guide",
            "instructions": brief.instructions,
            "earlier": [{"request": past.request, "reply": past.reply} for past in earlier],
            "request": request,
            "playbook": playbook,
        }
        completion = await self._ask(self._guide_prompt, ask)
        reply = self._parse(completion, _GuidanceReply)
        return Validation(True, reply.guidance, reply.rationale)

    async def _ask(self, prompt: str, ask: JsonObject) -> Completion:
        messages = (Message("system", prompt), Message("user", dumps(ask)))
        return await self._model.complete(ChatRequest(messages, json_object=True))

    def _parse(self, completion: Completion, kind: type[_Reply]) -> _Reply:
        try:
            return reply_as(kind, completion.message.content)
        except ValueError as error:
            raise ModelReplyError(str(error), model=self._model.name) from error
