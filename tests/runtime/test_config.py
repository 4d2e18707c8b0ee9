"""The settings of the runtime: names and defaults that users know, and what is refused."""

import pytest
from pydantic import ValidationError

from atlas.runtime.config import AdaptiveTeachingConfig, OrchestrationConfig, ProbeThresholds


def test_the_defaults_are_those_of_the_reference() -> None:
    adaptive = AdaptiveTeachingConfig()
    assert (adaptive.enabled, adaptive.mode_override, adaptive.learning_history_limit) == (True, None, 10)
    probe = adaptive.probe
    assert (probe.fallback_mode, probe.evidence_limit, probe.timeout_seconds) == ("paired", 6, 15.0)
    assert (probe.thresholds.auto, probe.thresholds.paired, probe.thresholds.coach) == (0.85, 0.65, 0.35)
    orchestration = OrchestrationConfig()
    assert (orchestration.max_retries, orchestration.planner, orchestration.forced_mode) == (1, None, None)


def test_thresholds_must_not_rise() -> None:
    with pytest.raises(ValidationError, match="must not rise"):
        ProbeThresholds(auto=0.5, paired=0.6)
    assert ProbeThresholds(auto=0.5, paired=0.5, coach=0.5).coach == 0.5


@pytest.mark.parametrize(
    "block",
    [{"probe": {"fallback_mode": "auto"}}, {"learning_history_limit": 0}, {"mode_override": "solo"}],
)
def test_values_out_of_range_are_refused(block: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AdaptiveTeachingConfig.model_validate(block)
