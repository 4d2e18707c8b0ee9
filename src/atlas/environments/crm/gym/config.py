"""Settings of the reward that the Gymnasium environment pays."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class RewardConfig(BaseModel):
    """What an episode is worth. A setting that would do nothing beside the others is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    success: float = Field(1.0, description="Paid at the end when every required verifier passed.")
    failure: float = Field(0.0, description="Paid at the end otherwise.")
    shaping_enabled: bool = Field(False, description="Pay for progress before the end as well.")
    tool_match_bonus: float = Field(
        0.0, ge=0, description="Paid bit by bit, in all, for calling the tools that the reference solution calls."
    )
    partial_progress: float = Field(
        0.0,
        ge=0,
        description="The same for those that get through; only what exceeds the bonus is paid.",
    )
    enable_verifier: bool = Field(
        True, description="Tell the verifiers' scores and rationales, which may quote the target, at the end."
    )
    verifier_reward_weight: float = Field(
        0.0, description="Share of a success that is paid by the verifiers' mean score; clipped to 0..1."
    )

    @field_validator("verifier_reward_weight")
    @classmethod
    def _clipped(cls, weight: float) -> float:
        return min(max(weight, 0.0), 1.0)

    @model_validator(mode="after")
    def _everything_acts(self) -> Self:
        bonus = max(self.tool_match_bonus, self.partial_progress)
        if self.success <= self.failure:
            raise ValueError("success must be worth more than failure")
        if bonus and not self.shaping_enabled:
            raise ValueError("tool_match_bonus and partial_progress need shaping_enabled")
        if self.shaping_enabled and not bonus:
            raise ValueError("shaping_enabled needs a tool_match_bonus or a partial_progress to pay")
        if bonus >= self.success - self.failure:
            raise ValueError("tool_match_bonus and partial_progress must stay below success - failure")
        if self.verifier_reward_weight and not self.enable_verifier:
            raise ValueError("verifier_reward_weight needs enable_verifier")
        return self
