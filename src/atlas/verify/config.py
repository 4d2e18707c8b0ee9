"""Settings of grading: the blocks `rim` (its two models apart) and `runtime_safety.drift` of a run config."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator


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


class DriftConfig(BaseModel):
    """Block `runtime_safety.drift`: when a reward lies too far from the earlier ones of its learning key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="Whether drift is measured (ATLAS_DRIFT_ENABLED).")
    window: int = Field(
        50, ge=1, le=1000, description="How many of the last scored sessions the baseline is (ATLAS_DRIFT_WINDOW)."
    )
    z_threshold: float = Field(
        3.0, gt=0, description="Robust z-score from which a reward has drifted (ATLAS_DRIFT_Z_THRESHOLD)."
    )
    min_baseline: int = Field(
        5, ge=1, description="Sessions that a baseline needs; with fewer none is made (ATLAS_DRIFT_MIN_BASELINE)."
    )

    @model_validator(mode="after")
    def _can_be_full(self) -> DriftConfig:
        if self.min_baseline > self.window:
            raise ValueError(f"min_baseline {self.min_baseline} can never be reached in a window of {self.window}")
        return self
