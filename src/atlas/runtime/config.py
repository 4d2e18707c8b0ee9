"""Settings of the runtime: the blocks `student`, `orchestration` and `adaptive_teaching` of a run config."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from atlas.core.session import Mode


class StudentConfig(BaseModel):
    """Block `student`: how the student plays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tool_choice: Literal["auto", "required"] = Field(
        "auto", description="Whether the first step of a turn must call a tool."
    )
    max_steps: int = Field(12, ge=1, le=100, description="Model calls allowed in one turn.")


class OrchestrationConfig(BaseModel):
    """Block `orchestration`: how a session is supervised."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    forced_mode: Mode | None = Field(
        None, description="Pins the mode; without it `adaptive_teaching` decides, and `paired` is the default."
    )
    max_retries: int = Field(
        1, ge=0, le=10, description="How often the teacher may send one turn back. Every attempt is validated."
    )
    step_timeout_seconds: float = Field(
        900.0, gt=0, description="Time limit of one turn, checked after every model call."
    )


class AdaptiveTeachingConfig(BaseModel):
    """Block `adaptive_teaching`: the mode of a session where `orchestration.forced_mode` does not pin one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(False, description="Whether `mode_override` is heeded; when off, the mode is `paired`.")
    mode_override: Mode | None = Field(None, description="The mode to use while enabled.")
