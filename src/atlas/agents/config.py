"""Settings of the student's agent: the block `agent` of a run config, its model apart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from atlas.agents.code.config import CodeConfig

CHAT_TYPES = ("crm_harness", "litellm", "openai")
OWN = re.compile(r"^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*$")
KEYS_OF = {
    "http_api": frozenset({"transport", "payload_template", "result_path"}),
    "python": frozenset({"import_path", "attribute", "working_directory"}),
    "own": frozenset({"parameters", "working_directory"}),
    "code": frozenset({"code", "sandbox"}),
}
"""Which keys act for one kind of agent only."""


class TransportRetry(BaseModel):
    """How often a call of the agent is tried, and the wait in between, which doubles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempts: int = Field(1, ge=1, le=5, description="Tries in all.")
    backoff_seconds: float = Field(1.0, ge=0, description="Wait before the second try.")


class TransportConfig(BaseModel):
    """Where an agent behind HTTP answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(pattern="^https?://", description="The URL that is posted to.")
    headers: dict[str, str] = Field(default_factory=dict, repr=False, description="Sent with each call.")
    timeout_seconds: float = Field(60.0, gt=0, description="Time limit of one try.")
    retry: TransportRetry = TransportRetry()


class AgentConfig(BaseModel):
    """Block `agent`: what plays the student's part, and against which backend."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str = Field(
        description="crm_harness, litellm or openai: a chat agent with the environment's tools. smolagents: a code "
        "agent, whose Python runs in isolated processes. http_api: one's own agent behind a POST. python: one's "
        "own function. module:Class: one's own `Agent`."
    )
    name: str = Field("crm-benchmark-student", min_length=1, description="Names the student's playbook.")
    system_prompt: str = Field("", description="Added to the environment's own instructions.")
    backend: Literal["postgres", "mock"] | None = Field(
        None, description="Where the CRM keeps its state (mock: in memory); overrides what the tasks say."
    )
    use_llm_judge: bool | None = Field(
        None, description="Whether the judges of block `rim` take part in the reward; overrides what the tasks say."
    )
    transport: TransportConfig | None = Field(None, description="http_api: where the agent answers.")
    payload_template: dict[str, Any] = Field(default_factory=dict, description="http_api: what else is posted.")
    result_path: tuple[str, ...] = Field(("output",), description="http_api: the keys that lead to the answer.")
    import_path: str | None = Field(None, description="python: the module of the function.")
    attribute: str = Field("main", description="python: the function in that module.")
    working_directory: Path | None = Field(None, description="Put first on the module search path.")
    parameters: dict[str, Any] = Field(default_factory=dict, description="module:Class: given to the class.")
    code: CodeConfig = CodeConfig()

    @property
    def kind(self) -> Literal["chat", "code", "http_api", "python", "own"]:
        """How the agent is reached."""
        if self.type in CHAT_TYPES:
            return "chat"
        if self.type == "smolagents":
            return "code"
        return "http_api" if self.type == "http_api" else "python" if self.type == "python" else "own"

    @field_validator("type")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value in (*CHAT_TYPES, "smolagents", "http_api", "python") or OWN.match(value):
            return value
        raise ValueError(
            f"there is no agent type {value!r}; there are {', '.join(CHAT_TYPES)}, smolagents, http_api, "
            "python, and "
            "module:Class for one's own"
        )

    @model_validator(mode="after")
    def _keys_fit_the_kind(self) -> AgentConfig:
        acting = KEYS_OF.get(self.kind, frozenset())
        foreign = sorted((frozenset().union(*KEYS_OF.values()) - acting) & self.model_fields_set)
        if foreign:
            raise ValueError(f"{foreign[0]} does nothing for an agent of type {self.type}; leave it out")
        if self.kind == "http_api" and self.transport is None:
            raise ValueError("an agent of type http_api needs transport.base_url")
        if self.kind == "python" and self.import_path is None:
            raise ValueError("an agent of type python needs import_path")
        return self
