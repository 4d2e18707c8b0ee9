"""The reward: what verifiers pay at the end, and what shaping pays on the way."""

from __future__ import annotations

from itertools import pairwise

import pytest

from atlas.core.verdicts import Verdict
from atlas.environments.crm.gym.config import RewardConfig
from atlas.environments.crm.gym.progress import Progress
from atlas.environments.crm.gym.reward import final_reward, step_reward, succeeded
from atlas.errors import VerifierError
from tests.environments.crm.gym.episodes import verdict

PASSED = (verdict("state", True, 1.0), verdict("metric", False, 0.5, required=False))
FAILED = (verdict("state", False, 0.8), verdict("metric", True, 1.0, required=False))


@pytest.mark.parametrize(
    ("config", "verdicts", "final"),
    [
        (RewardConfig(), PASSED, 1.0),
        (RewardConfig(), FAILED, 0.0),
        (RewardConfig(verifier_reward_weight=1.0), PASSED, 0.75),
        (RewardConfig(verifier_reward_weight=0.4), PASSED, 0.6 + 0.4 * 0.75),
        (RewardConfig(verifier_reward_weight=1.0), FAILED, 0.0),
        (RewardConfig(success=2.0, failure=-1.0), PASSED, 2.0),
        (RewardConfig(success=2.0, failure=-1.0), FAILED, -1.0),
        (RewardConfig(success=2.0, failure=-1.0, verifier_reward_weight=1.0), PASSED, -1.0 + 3.0 * 0.75),
        (RewardConfig(success=2.0, failure=-1.0, verifier_reward_weight=1.0), FAILED, -1.0),
    ],
)
def test_the_end(config: RewardConfig, verdicts: tuple[Verdict, ...], final: float) -> None:
    reward = final_reward(config, verdicts)
    assert reward.final == pytest.approx(final)
    assert reward.base == (config.success if verdicts is PASSED else config.failure)
    weight = config.verifier_reward_weight
    assert reward.final == pytest.approx((1 - weight) * reward.base + reward.verifier.contribution)
    assert reward.verifier.score == pytest.approx(0.75 if verdicts is PASSED else 0.9)


def test_a_score_that_is_not_to_be_told_is_not_told() -> None:
    assert final_reward(RewardConfig(enable_verifier=False), PASSED).verifier.score is None


def test_nothing_required_is_no_pass() -> None:
    with pytest.raises(VerifierError, match="no required verifier"):
        succeeded([verdict("metric", True, 1.0, required=False)])


def test_nothing_is_paid_on_the_way_unless_enabled() -> None:
    reward = step_reward(RewardConfig(), Progress(2, 0, 0), Progress(2, 1, 1))
    assert reward.final == 0.0
    assert not reward.shaping.applied


def test_shaping_pays_the_larger_of_the_two_bit_by_bit() -> None:
    config = RewardConfig(shaping_enabled=True, tool_match_bonus=0.2, partial_progress=0.6)
    path = [Progress(2, 0, 0), Progress(2, 1, 0), Progress(2, 1, 1), Progress(2, 1, 1), Progress(2, 2, 2)]
    paid = [step_reward(config, *pair) for pair in pairwise(path)]
    assert [reward.final for reward in paid] == pytest.approx([0.1, 0.2, 0.0, 0.3])
    assert [reward.shaping.applied for reward in paid] == [True, True, False, True]
    assert sum(reward.shaping.delta for reward in paid) == pytest.approx(0.6)
    assert all(reward.base == 0.0 and reward.verifier.score is None for reward in paid)
