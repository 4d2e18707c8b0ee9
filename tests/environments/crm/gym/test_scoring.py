"""Scoring: every step is paid, and what graders know is told at the end only."""

from __future__ import annotations

from atlas.core.json import dumps
from atlas.core.protocols import World
from atlas.environments.crm.gym.config import RewardConfig
from atlas.environments.crm.gym.episode import Episode
from atlas.environments.crm.gym.scoring import ScoredEpisode, ScoredStep
from tests.environments.crm.gym.episodes import ANSWER, TARGET, grade, task


async def play(world: World, config: RewardConfig, *replies: str) -> list[ScoredStep]:
    """The reference calls of each turn, then these replies."""
    played = ScoredEpisode(await Episode.begin(task(), world, max_steps=9), config, grade)
    for turn, text in zip(TARGET.turns, replies, strict=True):
        for call in turn.calls:
            await played.step({"tool": call.tool, "arguments": call.arguments})
        await played.step({"tool": "reply", "arguments": {"text": text}})
    return played.steps


async def test_only_the_last_step_pays_and_tells(world: World) -> None:
    steps = await play(world, RewardConfig(verifier_reward_weight=1.0), *(turn.reply for turn in TARGET.turns))
    assert [step.reward.final for step in steps] == [0.0, 0.0, 0.0, 0.0, 0.75]
    assert [step.tool_correct for step in steps] == [None] * 4 + [True]
    assert [ANSWER in dumps(step) for step in steps] == [False] * 4 + [True]
    assert [len(step.verdicts) for step in steps] == [0] * 4 + [2]


async def test_shaping_comes_on_top(world: World) -> None:
    config = RewardConfig(shaping_enabled=True, tool_match_bonus=0.3)
    steps = await play(world, config, "no", "no")
    assert [round(step.reward.final, 9) for step in steps] == [0.1, 0.1, 0.0, 0.1, 0.0]
    assert steps[-1].validation.error_category == "validator_failure"


async def test_what_is_not_to_be_told_is_not_told_at_the_end_either(world: World) -> None:
    steps = await play(world, RewardConfig(enable_verifier=False), "no", "no")
    assert steps[-1].reward.final == 0.0
    assert ANSWER not in dumps(steps)
    assert steps[-1].validation.message == "failed: words"
