import pytest
from pydantic import ValidationError

from atlas.runtime.config import AdaptiveTeachingConfig, OrchestrationConfig
from atlas.runtime.modes import ModeChoice, choose_mode


def test_a_pinned_mode_wins() -> None:
    adaptive = AdaptiveTeachingConfig(enabled=True, mode_override="coach")
    assert choose_mode(OrchestrationConfig(forced_mode="auto"), adaptive) == ModeChoice("auto", "forced")


def test_an_override_counts_only_while_enabled() -> None:
    on = AdaptiveTeachingConfig(enabled=True, mode_override="coach")
    off = AdaptiveTeachingConfig(enabled=False, mode_override="coach")
    assert choose_mode(OrchestrationConfig(), on) == ModeChoice("coach", "mode_override")
    assert choose_mode(OrchestrationConfig(), off) == ModeChoice("paired", "default")


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValidationError):
        OrchestrationConfig.model_validate({"forced_mode": "solo"})
