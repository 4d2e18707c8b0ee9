"""A judge: one model's opinion of a whole trajectory, asked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Literal

import msgspec

from atlas.core.json import JsonObject, dumps, reply_as, to_json
from atlas.core.messages import ChatRequest, Completion, Message
from atlas.core.protocols import ChatModel
from atlas.core.tasks import Brief
from atlas.core.trajectory import Trajectory
from atlas.core.transcript import calls_of
from atlas.core.verdicts import JudgeCall, Judgement
from atlas.errors import ModelError, ModelReplyError

_PROMPTS = files("atlas.verify") / "prompts"
_ROLES: dict[Literal["tier1", "arbiter"], Literal["judge", "arbiter"]] = {"tier1": "judge", "arbiter": "arbiter"}

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]


class _Principle(msgspec.Struct):
    name: str
    weight: Share
    description: str = ""


class _Reply(msgspec.Struct):
    score: Share
    rationale: str
    uncertainty: Share
    principles: tuple[_Principle, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """What asking once gave: the line for the audit, and the judgement unless the call failed."""

    call: JudgeCall
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class Judge:
    """A model in the role of a tier-1 judge or of the arbiter. `rubric` names a prompt for the role's own."""

    model: ChatModel
    stage: Literal["tier1", "arbiter"]
    temperature: float
    rubric: str | None = None

    async def ask(self, question: JsonObject) -> Opinion:
        """One opinion. A model that fails, or answers in another form than asked for, is an opinion missing.

        Nothing is clamped: a score or an uncertainty outside [0, 1] is such an answer.
        """
        system = (_PROMPTS / f"{self.rubric or _ROLES[self.stage]}.md").read_text()
        messages = (Message("system", system), Message("user", dumps(question)))
        request = ChatRequest(messages, json_object=True, temperature=self.temperature)
        completion = None
        try:
            completion = await self.model.complete(request)
            judgement = self._parse(completion)
        except ModelError as error:
            error.role = error.role or _ROLES[self.stage]
            return Opinion(self._line(messages, completion, str(error)), None)
        return Opinion(self._line(messages, completion), judgement)

    def _parse(self, completion: Completion) -> Judgement:
        try:
            reply = reply_as(_Reply, completion.message.content)
        except ValueError as error:
            cause = f"{error}; it ended with {completion.finish_reason!r}"
            raise ModelReplyError(cause, model=completion.model) from error
        principles = tuple(to_json(principle) for principle in reply.principles)
        return Judgement(reply.score, reply.rationale, reply.uncertainty, principles, self.temperature)

    def _line(
        self, messages: tuple[Message, ...], completion: Completion | None, error: str | None = None
    ) -> JudgeCall:
        prompt = "\n\n".join(message.content for message in messages)
        return JudgeCall(self.stage, self.model.name, prompt, completion, error)


def question_of(brief: Brief, trajectory: Trajectory, guidance: Sequence[str], focus: str) -> JsonObject:
    """What a judge is asked: all that happened, and nothing of a target."""
    return evidence_of(brief, trajectory) | {"ask": "judge", "focus": focus, "guidance": list(guidance)}


def evidence_of(brief: Brief, trajectory: Trajectory) -> JsonObject:
    """All that happened, as every judge is shown it."""
    turns = [{"request": turn.request, "steps": calls_of(turn), "reply": turn.reply} for turn in trajectory.turns]
    return {"instructions": brief.instructions, "turns": turns, "changes": to_json(trajectory.changes)}


def arbiter_question(question: JsonObject, samples: Sequence[Judgement]) -> JsonObject:
    """The judges' question with their opinions added."""
    opinions = [
        {"score": sample.score, "rationale": sample.rationale, "uncertainty": sample.uncertainty}
        for sample in samples
    ]
    return question | {"ask": "arbitrate", "samples": opinions}
