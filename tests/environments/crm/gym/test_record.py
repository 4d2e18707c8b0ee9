"""Records: the fields of `info` and of a line of telemetry."""

from __future__ import annotations

from atlas.core.json import dumps
from atlas.core.protocols import World
from atlas.environments.crm.gym.config import RewardConfig
from atlas.environments.crm.gym.episode import Episode
from atlas.environments.crm.gym.record import episode_record, reset_info, step_info
from atlas.environments.crm.gym.scoring import ScoredEpisode
from tests.environments.crm.gym.episodes import TURNS, grade, task

JUDGED = {"reward_breakdown", "learning_signals", "validator_metadata"}


async def played(world: World) -> ScoredEpisode:
    episode = await Episode.begin(task(), world, max_steps=9)
    scored = ScoredEpisode(episode, RewardConfig(verifier_reward_weight=0.5), grade)
    await scored.step({"tool": "nonsense"})
    await scored.step({"tool": "reply", "arguments": {"text": "It is in proposal now."}})
    await scored.step({"tool": "reply", "arguments": {"text": "Kim owns it."}})
    return scored


def test_the_info_of_a_reset_holds_no_turn_to_come() -> None:
    info = reset_info(task())
    assert set(info) == {"case_id", "task", "utterance", "description", "history"}
    assert TURNS[1] not in dumps(info)


async def test_the_info_of_a_step(world: World) -> None:
    info = step_info(await played(world))
    names = {"case_id", "task", "step", "turn", "reward", "verifier", "drift_notes", "history", "tool_correct"}
    assert set(info) == names | JUDGED | {"terminated", "truncated"}
    assert set(info["reward_breakdown"]) == {"base", "shaping", "verifier", "final"}
    assert set(info["reward_breakdown"]["verifier"]) == {"enabled", "weight", "score", "contribution"}
    assert set(info["validator_metadata"]) == {"success", "message", "details", "error_category"}
    assert [past["error"] is None for past in info["history"]] == [False, True, True]
    assert [(each["name"], each["weight"]) for each in info["verifier"]] == [("words", 0.25), ("metric", 0.25)]
    assert info["verifier"][0]["metadata"]["required"]


async def test_a_line_of_telemetry(world: World) -> None:
    record = episode_record(await played(world), 7, "2026-03-02T09:00:00+00:00")
    of_episode = {"episode_index", "case_id", "task", "utterance", "description", "expected_success"}
    of_episode |= {"cumulative_reward", "terminated", "truncated", "validator_success", "steps", "timestamp"}
    assert set(record) == of_episode | JUDGED
    assert record["utterance"] == "\n".join(TURNS)
    assert record["expected_success"] is True
    assert record["cumulative_reward"] == 0.5 + 0.5 * 0.75
    of_step = {"step", "tool_name", "arguments", "reward", "terminated", "truncated", "verifier"}
    of_step |= {"validator_message", "validator_success"}
    for step in record["steps"]:
        assert set(step) == of_step | JUDGED
    assert [step["validator_success"] for step in record["steps"]] == [False, True, True]
    assert [len(step["verifier"]) for step in record["steps"]] == [0, 0, 2]
    assert record["steps"][-1]["verifier"][0]["rationale"]
