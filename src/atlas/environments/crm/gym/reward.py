"""The reward of one step of an episode, with its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from atlas.core.verdicts import Verdict
from atlas.environments.crm.gym.config import RewardConfig
from atlas.environments.crm.gym.progress import Progress
from atlas.errors import VerifierError


@dataclass(frozen=True, slots=True)
class Shaping:
    """What was paid for progress: `delta`, when it is `enabled` and there was any (`applied`)."""

    enabled: bool
    applied: bool
    tool_match_bonus: float
    partial_progress: float
    delta: float


@dataclass(frozen=True, slots=True)
class VerifierPart:
    """What the verifiers' mean score paid: `contribution`. `score` is None before the end."""

    enabled: bool
    weight: float
    score: float | None
    contribution: float


@dataclass(frozen=True, slots=True)
class RewardBreakdown:
    """`final` is what the step pays. `base` is what success or failure is worth, 0 before the end."""

    base: float
    shaping: Shaping
    verifier: VerifierPart
    final: float


def step_reward(config: RewardConfig, before: Progress, after: Progress) -> RewardBreakdown:
    """What a step before the end pays: shaping, when enabled, for the progress it made.

    Over an episode that adds up to max(tool_match_bonus * share of reference calls made, partial_progress * share
    of them that got through), so nothing is gained by making a call twice.
    """
    delta = _paid(config, after) - _paid(config, before)
    return RewardBreakdown(0.0, _shaping(config, delta), _verifier(config, None, 0.0), delta)


def final_reward(config: RewardConfig, verdicts: Sequence[Verdict]) -> RewardBreakdown:
    """What the last step pays: (1 - w) * base + w * (the mean score of all verdicts, between failure and success).

    w is `verifier_reward_weight`. A failed episode has no share in the score: it is worth `failure` whatever the
    verifiers found right in it. Raises `VerifierError` when no required verdict was given.
    """
    success = succeeded(verdicts)
    base = config.success if success else config.failure
    score = fmean(verdict.score for verdict in verdicts)
    graded = config.failure + score * (config.success - config.failure) if success else config.failure
    contribution = config.verifier_reward_weight * graded
    final = (1 - config.verifier_reward_weight) * base + contribution
    known = score if config.enable_verifier else None
    return RewardBreakdown(base, _shaping(config, 0.0), _verifier(config, known, contribution), final)


def succeeded(verdicts: Sequence[Verdict]) -> bool:
    """Strict success: every required verdict passed. Raises `VerifierError` when there is none."""
    required = [verdict.passed for verdict in verdicts if verdict.required]
    if not required:
        raise VerifierError("no required verifier checked the episode, so it has no reward")
    return all(required)


def _paid(config: RewardConfig, reached: Progress) -> float:
    return max(config.tool_match_bonus * reached.made_share, config.partial_progress * reached.through_share)


def _shaping(config: RewardConfig, delta: float) -> Shaping:
    return Shaping(config.shaping_enabled, delta != 0.0, config.tool_match_bonus, config.partial_progress, delta)


def _verifier(config: RewardConfig, score: float | None, contribution: float) -> VerifierPart:
    return VerifierPart(config.enable_verifier, config.verifier_reward_weight, score, contribution)
