"""The block `rim`: defaults, and values that are refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from atlas.verify.config import RIMConfig


def test_defaults() -> None:
    assert RIMConfig().model_dump() == {
        "judges": 3,
        "temperatures": (0.2, 0.5, 0.8),
        "arbiter_temperature": 0.3,
        "variance_threshold": 0.15,
        "uncertainty_threshold": 0.3,
        "judge_prompt": None,
        "verifier_weight": 0.7,
        "parallel_workers": 4,
    }


def test_the_description_says_what_the_threshold_is_compared_with() -> None:
    assert "standard deviation" in (RIMConfig.model_fields["variance_threshold"].description or "")


@pytest.mark.parametrize(
    "value",
    [
        {"judges": 0},
        {"temperatures": []},
        {"temperatures": [2.5]},
        {"variance_threshold": -1},
        {"uncertainty_threshold": 1.5},
        {"verifier_weight": 0},
        {"parallel_workers": 0},
        {"active_judges": {"process": True}},
    ],
)
def test_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RIMConfig.model_validate(value)
