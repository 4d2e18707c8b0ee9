"""The mode of a session: how much the teacher has to do with it, and why."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.session import Mode
from atlas.runtime.config import AdaptiveTeachingConfig, OrchestrationConfig


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """The mode and the reason that is stored with the session."""

    mode: Mode
    reason: str


def choose_mode(orchestration: OrchestrationConfig, adaptive: AdaptiveTeachingConfig) -> ModeChoice:
    """A pinned mode wins, then an override, then `paired`."""
    if orchestration.forced_mode is not None:
        return ModeChoice(orchestration.forced_mode, "forced")
    if adaptive.enabled and adaptive.mode_override is not None:
        return ModeChoice(adaptive.mode_override, "mode_override")
    return ModeChoice("paired", "default")
