from __future__ import annotations

import pytest

from atlas.core.messages import Usage
from tests.rollouts.samples import group


def test_a_group_says_whether_there_is_something_to_compare() -> None:
    assert not group(0.0, 1.0).equal_scores
    assert group(0.5, 0.5).equal_scores
    assert group(0.5).equal_scores
    assert group().equal_scores


def test_what_was_spent_counts_every_rollout() -> None:
    spent = group(0.0, 1.0).usage
    assert (spent.prompt_tokens, spent.completion_tokens, spent.calls) == (20, 10, 4)
    assert spent.cost_usd == pytest.approx(0.002)
    assert group().usage == Usage()
