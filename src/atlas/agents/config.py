"""Settings of the student's agent: the block `agent` of a run config, its model apart."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class AgentConfig(BaseModel):
    """Block `agent`: what plays the student's part, and against which backend."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["crm_harness"] = Field(description="crm_harness: a chat agent with the CRM's tools.")
    name: str = Field("crm-benchmark-student", min_length=1, description="Names the student's playbook.")
    system_prompt: str = Field("", description="Added to the environment's own instructions.")
    backend: Literal["postgres", "mock"] | None = Field(
        None, description="Where the CRM keeps its state (mock: in memory); overrides what the tasks say."
    )
    use_llm_judge: bool | None = Field(
        None, description="Whether the judges of block `rim` take part in the reward; overrides what the tasks say."
    )
