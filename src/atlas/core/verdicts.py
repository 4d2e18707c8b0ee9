"""Verdicts: what a verifier or a judge said, and the reward made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from atlas.core.json import JsonObject
from atlas.core.messages import Completion, Usage

DecidedBy: TypeAlias = Literal["rule", "judge"]


@dataclass(frozen=True, slots=True)
class TurnScore:
    """One turn, counted from 1: `met` of `expected` checks hold, `wrong` says what does not."""

    index: int
    ok: bool
    met: int = 0
    expected: int = 0
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check of one trajectory. `score` is in [0, 1]; `version` is the grader's, so runs can be re-graded.

    `reason` may quote the target: it is for graders, reports and people, never for a prompt.
    `required` verdicts decide strict success; the others are metrics. `turns` is empty for a check of the whole.
    """

    verifier: str
    version: str
    passed: bool
    score: float
    reason: str
    required: bool = True
    decided_by: DecidedBy = "rule"
    turns: tuple[TurnScore, ...] = ()
    details: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judge sample. `score` and `uncertainty` are in [0, 1]."""

    score: float
    rationale: str
    uncertainty: float
    principles: tuple[JsonObject, ...] = ()
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class JudgeCall:
    """One line of the reward audit: what was asked, what came back, or why nothing did."""

    stage: Literal["tier1", "arbiter"]
    model: str
    prompt: str
    completion: Completion | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PanelVerdict:
    """What the judges agreed on. `score` is None when every judge failed: missing, not zero."""

    score: float | None
    rationale: str
    samples: tuple[Judgement, ...]
    escalated: bool
    escalation_reason: str | None
    audit: tuple[JudgeCall, ...]

    def usage(self, stage: Literal["tier1", "arbiter"]) -> Usage:
        """Tokens and cost of one stage of the panel."""
        calls = (call.completion.usage for call in self.audit if call.stage == stage and call.completion)
        return sum(calls, Usage())


@dataclass(frozen=True, slots=True)
class RewardPart:
    """A component of the reward and its normalised weight."""

    name: str
    score: float
    weight: float


@dataclass(frozen=True, slots=True)
class Reward:
    """The number learned from, in [0, 1], with its parts (weights sum to 1) and its uncertainty."""

    score: float
    parts: tuple[RewardPart, ...]
    uncertainty: float = 0.0
