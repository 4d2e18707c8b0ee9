"""The judge verifier: a model's grade of a whole conversation, for what no rule can decide."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import msgspec

from atlas.core.json import dumps, reply_as
from atlas.core.messages import ChatRequest, Completion, Message
from atlas.core.protocols import ChatModel
from atlas.core.tasks import Brief
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Verdict
from atlas.errors import ModelError, ModelReplyError
from atlas.verify.judge import Share, evidence_of

GOAL_WEIGHT = 0.7
PROCESS_WEIGHT = 0.3
THRESHOLD = 0.8
"""The score from which on a conversation passes."""

_PROMPT = files("atlas.verify") / "prompts" / "grade.md"


class _Reply(msgspec.Struct):
    goal: Share
    process: Share
    rationale: str


@dataclass(frozen=True, slots=True)
class LlmJudge:
    """Scores goal 70 and process 30, and passes from a score of 0.8 on; what the model says of passing is not read.

    The model sees the brief, the steps, their results and the changes, never a target.
    """

    model: ChatModel

    name = "llm_judge"
    version = "1"

    async def grade(self, brief: Brief, trajectory: Trajectory, *, required: bool) -> Verdict:
        """The model's verdict, asked once at temperature 0; `required` says whether strict success depends on it.

        Raises `ModelError` with the role "judge" when the model fails or answers in another form than asked for: a
        grade that is missing is not a fail. Nothing is clamped.
        """
        question = evidence_of(brief, trajectory) | {"ask": "grade"}
        messages = (Message("system", _PROMPT.read_text()), Message("user", dumps(question)))
        try:
            completion = await self.model.complete(ChatRequest(messages, json_object=True, temperature=0.0))
            return self._verdict(_read(completion), required)
        except ModelError as error:
            error.role = error.role or "judge"
            raise

    def _verdict(self, reply: _Reply, required: bool) -> Verdict:
        # Rounded, so that 0.7 * 0.8 + 0.3 * 0.8 reaches 0.8.
        score = round(GOAL_WEIGHT * reply.goal + PROCESS_WEIGHT * reply.process, 4)
        return Verdict(
            self.name,
            self.version,
            passed=score >= THRESHOLD,
            score=score,
            reason=reply.rationale,
            required=required,
            decided_by="judge",
            details={"goal": reply.goal, "process": reply.process, "model": self.model.name},
        )


def _read(completion: Completion) -> _Reply:
    try:
        return reply_as(_Reply, completion.message.content)
    except ValueError as error:
        cause = f"{error}; it ended with {completion.finish_reason!r}"
        raise ModelReplyError(cause, model=completion.model) from error
