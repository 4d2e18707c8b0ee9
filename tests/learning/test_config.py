"""The learning block: defaults, refusals, weights. That each key acts is shown where it acts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from atlas.core.json import JsonObject
from atlas.learning.config import LearningConfig, RubricWeights


def test_empty_block_is_the_default() -> None:
    assert LearningConfig.model_validate({}) == LearningConfig()


def test_block_of_the_learning_guide_is_read() -> None:
    config = LearningConfig.model_validate(
        {
            "schema": {
                "allowed_runtime_handles": ["logs.search", "data.query*"],
                "cue_types": ["regex", "keyword"],
            },
            "gates": {"max_text_length": 300, "allowed_proper_nouns": ["SQL"]},
            "rubric_weights": {"generality": 0.5},
            "usage_tracking": {"capture_examples": True, "max_examples_per_entry": 3},
        }
    )
    assert config.entry_schema.allowed_runtime_handles == ("logs.search", "data.query*")
    assert config.entry_schema.cue_types == ("regex", "keyword")
    assert config.gates.max_text_length == 300
    assert config.usage_tracking.max_examples_per_entry == 3


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ({"provisional_acceptance": True}, "provisional_acceptance"),
        ({"schema": {"version": "playbook_entry.v1"}}, "version"),
        ({"gates": {"enforce_generalty": True}}, "enforce_generalty"),
        ({"gates": {"max_text_length": 99}}, "max_text_length"),
        ({"gates": {"banned_incident_tokens": [" "]}}, "banned_incident_tokens"),
        ({"schema": {"cue_types": []}}, "cue_types"),
        ({"schema": {"cue_types": ["glob"]}}, "cue_types"),
        ({"max_entries_per_session": 0}, "max_entries_per_session"),
        ({"rubric_weights": {"concision": 1.5}}, "concision"),
    ],
)
def test_wrong_keys_and_values_are_refused_by_name(block: JsonObject, place: str) -> None:
    with pytest.raises(ValidationError, match=place):
        LearningConfig.model_validate(block)


def test_weights_are_normalised() -> None:
    weights = RubricWeights(actionability=0.2, generality=0.2, hookability=0, concision=0)
    assert weights.weigh(actionability=1, generality=0, hookability=1, concision=1) == 0.5


def test_weights_that_sum_to_zero_are_refused() -> None:
    with pytest.raises(ValidationError, match="at least one weight"):
        RubricWeights(actionability=0, generality=0, hookability=0, concision=0)


def test_config_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        LearningConfig().enabled = False  # type: ignore[misc]
