"""A group: trajectories of one task that are compared with each other, each with its score."""

from __future__ import annotations

from dataclasses import dataclass, field

from atlas.core.json import JsonObject, JsonValue
from atlas.core.messages import FinishReason, Message, Usage
from atlas.core.session import Failure
from atlas.core.tasks import TaskId
from atlas.core.tools import ToolSpec
from atlas.core.verdicts import RewardPart

NO_LOSS = -100
"""What a mask holds where the model did not produce the token."""


@dataclass(frozen=True, slots=True)
class TokenIds:
    """A trajectory as token ids; every field that is given has one item a token.

    `masks` holds the id itself where the model produced the token, `NO_LOSS` elsewhere. `inference_logprobs` is 1.0
    where nothing was generated. `distill_token_ids` and `distill_logprobs` hold a teacher's k best of each place.
    """

    tokens: tuple[int, ...]
    masks: tuple[int, ...]
    advantages: tuple[float, ...] | None = None
    ref_logprobs: tuple[float, ...] | None = None
    inference_logprobs: tuple[float, ...] | None = None
    distill_token_ids: tuple[tuple[int, ...], ...] | None = None
    distill_logprobs: tuple[tuple[float, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One plain completion: the text that was sent, and as much of what came back as the agent went on with.

    `stopped` says whether the model itself ended there.
    """

    prompt: str
    text: str
    stopped: bool


@dataclass(frozen=True, slots=True)
class ReasoningGrade:
    """What a judge said of how a trajectory got to its answer; `model` answered, `version` is the judge's own.

    `score` is None where the judge failed, and `reason` then says how: the score has no part `reasoning`, and the
    weights of the others are divided by their sum.
    """

    model: str
    version: str
    score: float | None
    reason: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Member:
    """One trajectory that was scored, as the model read and wrote it: system text, user, its own, tool results.

    `score` is the number that members are compared by, `parts` what it was made of. `usage` is the student's alone.
    `finish_reason` is that of the last completion. `ids` is None until the messages are tokenised. `overrides` are
    a trainer's settings for this sequence alone. `reasoning` is None where no judge was asked. `exchanges` are the
    plain completions that it was played by; a group's line holds the token ids that are made of them, not them.
    """

    rollout_id: str
    messages: tuple[Message, ...]
    score: float
    parts: tuple[RewardPart, ...] = ()
    usage: Usage = field(default_factory=Usage)
    finish_reason: FinishReason = "stop"
    duration_s: float = 0.0
    ids: TokenIds | None = None
    overrides: JsonObject = field(default_factory=dict)
    reasoning: ReasoningGrade | None = None
    exchanges: tuple[Exchange, ...] = ()

    @property
    def spent(self) -> Usage:
        """Tokens and cost of the student and of the judge."""
        return self.usage + self.reasoning.usage if self.reasoning else self.usage


@dataclass(frozen=True, slots=True)
class FailedMember:
    """One rollout that failed below us: it has no score, and nobody trains on what it left."""

    rollout_id: str
    failure: Failure
    messages: tuple[Message, ...] = ()
    usage: Usage = field(default_factory=Usage)
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """The rollouts of one task: those with a score, and apart from them those that failed.

    `tools` are those that the model was offered. `generation_params` says how its replies were sampled.
    `group_overrides` are a trainer's settings for the whole group; `images` goes to the trainer as it is.
    """

    group_id: str
    task_id: TaskId
    environment: str
    model: str
    members: tuple[Member, ...]
    failures: tuple[FailedMember, ...] = ()
    simulated: bool = False
    tools: tuple[ToolSpec, ...] = ()
    generation_params: JsonObject = field(default_factory=dict)
    group_overrides: JsonObject = field(default_factory=dict)
    images: JsonValue = None

    @property
    def scores(self) -> tuple[float, ...]:
        return tuple(member.score for member in self.members)

    @property
    def equal_scores(self) -> bool:
        """Whether the members cannot be told apart, so that there is nothing to learn from comparing them."""
        return len(set(self.scores)) < 2

    @property
    def ungraded(self) -> tuple[str, ...]:
        """Why the reasoning of members was not graded, where a judge was asked and failed."""
        asked = (member.reasoning for member in self.members if member.reasoning is not None)
        return tuple(grade.reason for grade in asked if grade.score is None)

    @property
    def usage(self) -> Usage:
        """Tokens and cost of every rollout, failed ones and the judge included."""
        return sum([each.spent for each in self.members] + [each.usage for each in self.failures], Usage())
