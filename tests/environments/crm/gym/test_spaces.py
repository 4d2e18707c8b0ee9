"""The spaces: what is sampled is in them, and so is every observation."""

from __future__ import annotations

import copy

import pytest

from atlas.core.protocols import World
from atlas.environments.crm.gym.action import ACTIONS, decode
from atlas.environments.crm.gym.episode import Episode
from atlas.environments.crm.gym.spaces import UnicodeText, action_space, observation_space, observe
from atlas.errors import ToolError
from tests.environments.crm.gym.episodes import task
from tests.environments.crm.samples import NORTHWIND


def test_text_of_any_characters() -> None:
    text = UnicodeText(5)
    text.seed(1)
    assert all(text.sample() in text for _ in range(20))
    assert "日本語👍" in text
    assert "" in text
    assert "longer" not in text
    assert 5 not in text
    assert copy.deepcopy(text) == text
    assert text != UnicodeText(6)
    with pytest.raises(ValueError, match="without mask"):
        text.sample(mask=1)


def test_sampled_actions_name_every_tool() -> None:
    space = action_space()
    space.seed(1)
    actions = [space.sample() for _ in range(400)]
    assert {ACTIONS[action["tool"]] for action in actions} == set(ACTIONS)
    with pytest.raises(ToolError, match="arguments are not a JSON object"):
        decode(actions[0])


async def test_every_observation_is_in_the_space(world: World) -> None:
    space = observation_space(max_steps=5, max_turns=2)
    space.seed(1)
    assert space.contains(space.sample())
    episode = await Episode.begin(task(), world, max_steps=5)
    first = observe(episode)
    assert space.contains(first)
    assert (first["last_tool"]["success"], first["last_tool"]["tool_index"]) == (0, -1)
    assert int(first["crm_summary"]["clients"][0]) == 2
    note = {"entity_type": "Client", "entity_id": NORTHWIND, "content": "Größe: 日本"}
    for action, success in (
        ({"tool": "add_note", "arguments": note}, 1),
        ({"tool": "add_note", "arguments": {}}, 2),
        ({"tool": 99}, 2),
        ({"tool": "reply", "arguments": {"text": "Noted."}}, 1),
        ({"tool": "reply", "arguments": {"text": "Kim."}}, 1),
    ):
        await episode.act(action)
        seen = observe(episode)
        assert space.contains(seen)
        assert seen["last_tool"]["success"] == success
        assert bool(seen["last_tool"]["error"]) == (success == 2)
    assert int(observe(episode)["crm_summary"]["notes"][0]) == 2
