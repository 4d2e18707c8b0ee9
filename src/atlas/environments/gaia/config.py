"""Settings of the GAIA environment: the block `gaia` of a run config."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class WebConfig(BaseModel):
    """Block `gaia.web`: how the web tools are served. Their key is read from TAVILY_API_KEY."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cassette: Path | None = Field(
        None, description="A file of recorded requests: what it holds is played back, and nothing else is answered."
    )
    record: bool = Field(False, description="Ask the service for what the cassette does not hold, and add it.")

    @model_validator(mode="after")
    def _records_somewhere(self) -> WebConfig:
        if self.record and self.cassette is None:
            raise ValueError("record needs cassette, the file to record to")
        return self


class GaiaConfig(BaseModel):
    """Block `gaia`: which questions are played, and how the web is reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: Path = Field(Path("data/gaia_mini"), description="The folder that holds 2023/.")
    split: Literal["validation", "test"] = Field(
        "validation", description="Which split; the answers of the official test split are not published."
    )
    levels: tuple[Annotated[int, Field(ge=1, le=3)], ...] = Field(
        (1, 2, 3), min_length=1, description="Only questions of these levels."
    )
    web: WebConfig = WebConfig()
