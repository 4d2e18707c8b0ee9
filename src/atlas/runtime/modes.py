"""The mode of a session: how much the teacher has to do with it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from atlas.core.playbook import Lessons
from atlas.core.session import Mode, Probing
from atlas.core.tasks import Brief
from atlas.runtime.config import AdaptiveTeachingConfig, OrchestrationConfig


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """The mode and the reason that is stored with the session; `probing` where evidence was looked at."""

    mode: Mode
    reason: str
    probing: Probing | None = None

    async def choose(self, brief: Brief, lessons: Lessons) -> ModeChoice:
        """Itself, whatever the session: implements `ModeChooser`."""
        return self


class ModeChooser(Protocol):
    """Decides the mode of each session."""

    async def choose(self, brief: Brief, lessons: Lessons) -> ModeChoice:
        """The mode of a session that is about to begin. Raises `StorageError`."""


def pinned_mode(orchestration: OrchestrationConfig, adaptive: AdaptiveTeachingConfig) -> ModeChoice | None:
    """The mode where the config leaves no choice: a forced one, an override, `paired`. None: the probe decides."""
    if orchestration.forced_mode is not None:
        return ModeChoice(orchestration.forced_mode, "forced")
    if not adaptive.enabled:
        return ModeChoice("paired", "adaptive_disabled")
    if adaptive.mode_override is not None:
        return ModeChoice(adaptive.mode_override, "mode_override")
    return None
