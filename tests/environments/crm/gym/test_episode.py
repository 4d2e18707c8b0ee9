"""An episode: turns that are revealed one by one, and what ends it."""

from __future__ import annotations

from typing import Any

import pytest

from atlas.core.protocols import World
from atlas.environments.crm.gym.episode import Deed, Episode
from tests.environments.crm.gym.episodes import TURNS, task
from tests.environments.crm.samples import RENEWAL


@pytest.fixture
async def episode(world: World) -> Episode:
    return await Episode.begin(task(), world, max_steps=3)


async def say(episode: Episode, text: str) -> Deed:
    return await episode.act({"tool": "reply", "arguments": {"text": text}})


async def call(episode: Episode, tool: str, **arguments: Any) -> Deed:
    return await episode.act({"tool": tool, "arguments": arguments})


async def test_replies_end_turns_and_the_last_one_the_episode(episode: Episode) -> None:
    assert (episode.request, episode.turn, episode.turns_remaining, episode.steps_remaining) == (TURNS[0], 1, 2, 3)
    await call(episode, "opportunity_details", opportunity_id=RENEWAL)
    assert (episode.request, episode.steps_remaining) == (TURNS[0], 2)
    await say(episode, "One moment.")
    assert (episode.request, episode.turn, episode.turns_remaining, episode.steps_remaining) == (TURNS[1], 2, 1, 3)
    assert not episode.over
    await say(episode, "Kim.")
    assert (episode.terminated, episode.truncated) == (True, False)
    assert (episode.turns_remaining, episode.steps_remaining) == (0, 0)
    assert [turn.reply for turn in episode.trajectory.turns] == ["One moment.", "Kim."]


async def test_the_trajectory_is_what_verifiers_read(episode: Episode) -> None:
    await call(episode, "modify_opportunity", opportunity_id=RENEWAL, stage="Proposal")
    await say(episode, "Done.")
    await call(episode, "modify_opportunity", opportunity_id=RENEWAL, owner="Sam")
    await say(episode, "Sam.")
    first, second = episode.trajectory.turns
    assert [result.name for step in first.steps for result in step.results] == ["modify_opportunity"]
    assert set(first.changes.updated["opportunities"][RENEWAL]) == {"stage"}
    assert set(second.changes.updated["opportunities"][RENEWAL]) == {"owner"}
    assert set(episode.trajectory.changes.updated["opportunities"][RENEWAL]) == {"stage", "owner"}


async def test_a_turn_that_uses_up_its_steps_truncates(episode: Episode) -> None:
    for _ in range(3):
        await call(episode, "summarize_counts")
    assert (episode.terminated, episode.truncated) == (False, True)
    assert episode.trajectory.turns[0].end == "step_limit"
    assert (episode.turn, episode.steps_remaining, episode.turns_remaining) == (1, 0, 0)


async def test_the_last_step_may_be_the_reply(episode: Episode) -> None:
    for _ in range(2):
        await call(episode, "summarize_counts")
    await say(episode, "So many.")
    assert not episode.over
    assert episode.steps_remaining == 3


async def test_wrong_actions_use_up_steps_and_change_nothing(episode: Episode) -> None:
    state = episode.state
    unread = await episode.act({"tool": "drop_tables"})
    refused = await call(episode, "modify_opportunity", opportunity_id=RENEWAL, stage="proposal")
    assert (unread.tool, unread.fault, unread.arguments) == ("", "action_decoding_error", "{'tool': 'drop_tables'}")
    assert (refused.tool, refused.fault) == ("modify_opportunity", "execution_failure")
    assert "must be one of" in (refused.result.error or "")
    assert episode.steps_remaining == 1
    assert episode.state == state
    assert [deed.step for deed in episode.deeds] == [1, 2]
