"""Limits of the trajectory API: what it takes in before it says no."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

MB = 1_000_000


class ApiConfig(BaseModel):
    """How much the server holds, in memory and in the database."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_body_mb: float = Field(64.0, gt=0, description="Largest request, after decompression.")
    max_in_flight_mb: float = Field(256.0, gt=0, description="Requests held in memory at once; more get 503.")
    max_waiting_groups: int = Field(100_000, ge=1, description="Groups that wait in the queue; more get 503.")
    max_waiting_mb: float = Field(20_000.0, gt=0, description="Size of the groups that wait; more get 503.")

    @property
    def max_body_bytes(self) -> int:
        return round(self.max_body_mb * MB)

    @property
    def max_in_flight_bytes(self) -> int:
        """At least one largest request fits, compressed and not."""
        return max(round(self.max_in_flight_mb * MB), 2 * self.max_body_bytes)

    @property
    def max_waiting_bytes(self) -> int:
        return round(self.max_waiting_mb * MB)
