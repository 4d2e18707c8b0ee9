"""Settings of the reward: the weight is clipped, and what would do nothing is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from atlas.environments.crm.gym.config import RewardConfig


def test_the_defaults() -> None:
    config = RewardConfig()
    assert (config.success, config.failure) == (1.0, 0.0)
    assert not config.shaping_enabled
    assert config.verifier_reward_weight == 0.0


@pytest.mark.parametrize(("given", "kept"), [(-3.0, 0.0), (0.25, 0.25), (7.0, 1.0)])
def test_the_weight_is_clipped(given: float, kept: float) -> None:
    assert RewardConfig(verifier_reward_weight=given).verifier_reward_weight == kept


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"tool_match_bonus": 0.1}, "need shaping_enabled"),
        ({"partial_progress": 0.1}, "need shaping_enabled"),
        ({"shaping_enabled": True}, "needs a tool_match_bonus"),
        ({"shaping_enabled": True, "partial_progress": 1.0}, "below success - failure"),
        ({"shaping_enabled": True, "partial_progress": -1.0}, "greater than or equal to 0"),
        ({"enable_verifier": False, "verifier_reward_weight": 0.5}, "needs enable_verifier"),
        ({"success": 0.0}, "worth more than failure"),
        ({"success": float("nan")}, "finite"),
        ({"verifier_weight": 0.5}, "Extra inputs"),
    ],
)
def test_what_would_do_nothing_is_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        RewardConfig(**settings)
