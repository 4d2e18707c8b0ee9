"""Settings of the code agent: block `agent.code`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CodeConfig(BaseModel):
    """Block `agent.code`: what the code that a model writes may use, beside the environment's tools."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed_imports: tuple[str, ...] = Field(
        ("*",), description="Modules that the code may import beside smolagents' own list; * is any that is "
        "installed, since the process is the boundary."
    )  # fmt: skip
    max_print_chars: int = Field(20_000, ge=100, description="Characters that one step of code may print.")
