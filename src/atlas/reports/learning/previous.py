"""A previous report: the figures of an earlier summary that a later one is held against, whatever wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from atlas.core.json import JsonValue, from_json


class PreviousWindow(msgspec.Struct):
    """The recent window; `reward_error` and the numbers are missing in summaries of older versions."""

    reward_error: float | None = None
    first_number: int | None = None
    last_number: int | None = None


class PreviousReward(msgspec.Struct):
    """Means of the recent window and the last score."""

    recent_mean: float | None = None
    latest_score: float | None = None
    recent_window: PreviousWindow = msgspec.field(default_factory=PreviousWindow)


class PreviousModel(msgspec.Struct):
    """One row of the model breakdown."""

    role: str
    model_id: str | None = None
    session_count: int = 0
    reward_mean: float | None = None


class PreviousUsage(msgspec.Struct):
    """Cues and adoptions."""

    cue_triggers: float | None = None
    adoption_events: float | None = None
    cue_trigger_rate: float | None = None


class PreviousSummary(msgspec.Struct):
    """What is read of a summary; anything but the key may be missing."""

    learning_key: str
    simulated: bool | None = None
    session_count: int | None = None
    reward: PreviousReward = msgspec.field(default_factory=PreviousReward)
    model_breakdown: list[PreviousModel] = msgspec.field(default_factory=list)
    usage_metrics: PreviousUsage = msgspec.field(default_factory=PreviousUsage)


class PreviousArtifact(msgspec.Struct):
    """Where a manifest says a summary is; manifests of older versions do not say whether it was simulated."""

    json: str
    learning_key: str | None = None
    simulated: bool | None = None


class PreviousManifest(msgspec.Struct):
    """What is read of a manifest. `format` is 0 where it has none: an older version wrote it."""

    artifacts: dict[str, PreviousArtifact]
    format: int = 0


@dataclass(frozen=True, slots=True)
class PreviousReport:
    """An earlier manifest and its summaries; `unreadable` maps a name in it to the reason."""

    path: str
    format: int
    summaries: tuple[PreviousSummary, ...] = ()
    unreadable: dict[str, str] = field(default_factory=dict)


def manifest_from(value: JsonValue) -> PreviousManifest:
    """Raises `ValueError` for what is no manifest."""
    return from_json(PreviousManifest, value)


def summary_from(value: JsonValue, artifact: PreviousArtifact) -> PreviousSummary:
    """The summary of an artifact. Raises `ValueError` for what is none."""
    summary = from_json(PreviousSummary, value)
    if summary.simulated is None:
        summary.simulated = artifact.simulated
    return summary
