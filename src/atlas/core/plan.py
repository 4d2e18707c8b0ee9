"""A plan: the steps that somebody wanted to handle one request in, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

PlanOutcome: TypeAlias = Literal[
    "followed", "single_step", "rejected", "unusable_reply", "planner_failed", "empty", "too_long", "repeated_id",
    "unknown_dependency", "cyclic",
]  # fmt: skip
"""Only a plan that was followed was played step by step; all the others are recorded, and the turn goes without."""
PlanReviewOutcome: TypeAlias = Literal["approved", "revised", "rejected", "failed"]


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step. `depends_on` names the steps that must be done before it."""

    id: str
    description: str
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanReview:
    """What the teacher said of a plan. `proposed` are the steps it replaced; `error` is why it said nothing."""

    outcome: PlanReviewOutcome
    concerns: str = ""
    proposed: tuple[PlanStep, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one turn. Steps that were followed stand in the order they were played in.

    `reason` says why a plan was not followed; `error` is the kind of the failure, where there was one.
    """

    turn: int
    by: Literal["student", "teacher"]
    outcome: PlanOutcome
    steps: tuple[PlanStep, ...] = ()
    reason: str = ""
    error: str = ""
    review: PlanReview | None = None
