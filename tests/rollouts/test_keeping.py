"""Keeping: equal scores, long sequences, and the reasons given."""

from __future__ import annotations

import pytest

from atlas.rollouts.keeping import Keeping
from tests.rollouts.samples import group


@pytest.mark.parametrize(
    ("scores", "differ", "reason"),
    [
        ((1.0, 1.0), True, "all scores are equal"),
        ((1.0, 1.0), False, None),
        ((1.0, 0.0), True, None),
        ((1.0,), True, "only one trajectory has a score"),
    ],
)
def test_groups_of_equal_scores_are_left_out_as_configured(
    scores: tuple[float, ...], differ: bool, reason: str | None
) -> None:
    assert Keeping(2, differ).refusal(group(*scores)) == reason


def test_a_group_of_one_is_not_compared_with_anything() -> None:
    assert Keeping(1, scores_must_differ=True).refusal(group(1.0)) is None


def test_a_group_with_too_long_a_sequence_is_left_out() -> None:
    assert Keeping(2, False, most_tokens=3).refusal(group(1.0, 0.0)) is None
    assert Keeping(2, False, most_tokens=2).refusal(group(1.0, 0.0)) == "a sequence has 3 tokens, more than 2"
