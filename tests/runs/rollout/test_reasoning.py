"""The judge of a rollout: who it is, and that it is there only when it was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.rollouts.config import JudgeConfig, RolloutConfig, ScoringConfig
from atlas.runs.rollout.reasoning import reasoning_model
from atlas.settings import Settings
from atlas.telemetry.tracing import Untraced

ASKED = ScoringConfig(reasoning_judge="model")


def settings(**variables: str) -> Settings:
    return Settings.load(variables, Path("/nonexistent/.env"))


def test_by_default_a_rule_grades() -> None:
    assert reasoning_model(RolloutConfig(), settings(), Untraced()) is None


def test_offline_it_is_scripted_and_says_so() -> None:
    model = reasoning_model(RolloutConfig(scoring=ASKED), settings(ATLAS_OFFLINE_MODE="1"), Untraced())
    assert model is not None
    assert (model.name, model.simulated) == ("offline/judge", True)


def test_without_a_name_or_a_key_it_says_what_is_missing() -> None:
    with pytest.raises(ConfigError, match=r"needs a model to ask; give --judge.model_name"):
        reasoning_model(RolloutConfig(scoring=ASKED), settings(), Untraced())
    named = RolloutConfig(scoring=ASKED, judge=JudgeConfig(model_name="gpt-4.1"))
    with pytest.raises(ConfigError, match="needs an API key in OPENAI_API_KEY"):
        reasoning_model(named, settings(), Untraced())
