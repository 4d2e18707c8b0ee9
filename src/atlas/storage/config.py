"""Settings of the store: the block `storage` of a run config."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class StorageConfig(BaseModel):
    """Block `storage`: which database holds sessions, events and playbooks, and how it is used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str | None = Field(
        None, repr=False, description="URL of one's own PostgreSQL 15+; without it the embedded server is used."
    )
    min_connections: int = Field(1, ge=1, le=100, description="Connections kept open while idle.")
    max_connections: int = Field(5, ge=1, le=100, description="Connections open at most.")
    statement_timeout_seconds: float = Field(
        30.0, gt=0, le=3600, description="Time limit of one statement, on every connection."
    )
    apply_schema_on_connect: bool = Field(
        True, description="Whether missing migrations are applied; when off, an old schema is refused."
    )

    @model_validator(mode="after")
    def _min_fits_max(self) -> StorageConfig:
        if self.min_connections > self.max_connections:
            raise ValueError("min_connections must not be greater than max_connections")
        return self


class ReviewConfig(BaseModel):
    """Block `runtime_safety.review`: whether somebody looks at a session before it leaves the store."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    require_approval: bool = Field(
        True,
        description="Sessions wait for `atlas review approve` before they are exported; false approves each as it "
        "is stored (ATLAS_REVIEW_REQUIRE_APPROVAL).",
    )
