"""Settings of the reward ensemble: the block `rim` of a run config, its two models apart."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class RIMConfig(BaseModel):
    """Block `rim`: how many judges, when the arbiter is called, and what the reward is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    judges: int = Field(3, ge=1, le=16, description="Samples asked of the small model for each session.")
    temperatures: tuple[Annotated[float, Field(ge=0, le=2)], ...] = Field(
        (0.2, 0.5, 0.8),
        min_length=1,
        description="Temperature of each judge in turn; used again from the first on.",
    )
    arbiter_temperature: float = Field(0.3, ge=0, le=2, description="Temperature of the arbiter.")
    variance_threshold: float = Field(
        0.15,
        ge=0,
        description=(
            "Scores that spread more call the arbiter. Despite its name it is compared with the population "
            "standard deviation of the judges' scores: thresholds in use were tuned on that."
        ),
    )
    uncertainty_threshold: float = Field(
        0.3, ge=0, le=1, description="A judge that states a higher uncertainty calls the arbiter."
    )
    judge_prompt: str | None = Field(
        None, min_length=1, description="What the judges are to look at; replaces the built-in focus."
    )
    verifier_weight: float = Field(
        0.7,
        gt=0,
        le=1,
        description="Weight of the verifiers in the reward; the judges have the rest.",
    )
    parallel_workers: int = Field(4, ge=1, le=32, description="Judges of one session asked at the same time.")
