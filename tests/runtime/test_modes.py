"""Which mode a config pins."""

import pytest
from pydantic import ValidationError

from atlas.core.playbook import LearningKey, Lessons
from atlas.core.tasks import Brief, TaskId
from atlas.runtime.config import AdaptiveTeachingConfig, OrchestrationConfig
from atlas.runtime.modes import ModeChoice, pinned_mode

OPEN = OrchestrationConfig()


def test_a_forced_mode_beats_everything() -> None:
    adaptive = AdaptiveTeachingConfig(enabled=True, mode_override="coach")
    assert pinned_mode(OrchestrationConfig(forced_mode="auto"), adaptive) == ModeChoice("auto", "forced")


def test_an_override_counts_only_while_enabled() -> None:
    on = AdaptiveTeachingConfig(mode_override="coach")
    off = AdaptiveTeachingConfig(enabled=False, mode_override="coach")
    assert pinned_mode(OPEN, on) == ModeChoice("coach", "mode_override")
    assert pinned_mode(OPEN, off) == ModeChoice("paired", "adaptive_disabled")


def test_else_the_probe_decides() -> None:
    assert pinned_mode(OPEN, AdaptiveTeachingConfig()) is None


async def test_a_pinned_mode_is_every_sessions() -> None:
    choice = ModeChoice("coach", "forced")
    assert await choice.choose(Brief(TaskId("t"), "e", "f", "", ()), Lessons(LearningKey("k"), 0)) is choice


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValidationError, match="forced_mode"):
        OrchestrationConfig.model_validate({"forced_mode": "solo"})
