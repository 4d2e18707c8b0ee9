"""Learning signals: what was done, what was said of it, and how far the world has moved."""

from __future__ import annotations

from atlas.core.state import Change, StateDiff
from atlas.environments.crm.gym.config import RewardConfig
from atlas.environments.crm.gym.progress import Progress
from atlas.environments.crm.gym.reward import final_reward, step_reward
from atlas.environments.crm.gym.signals import Signal, drift, signals
from tests.environments.crm.gym.episodes import deed, reply, verdict

CHANGES = StateDiff(
    {"quotes": {"a": {}, "b": {}}}, {"opportunities": {"c": {"stage": Change(1, 2)}}}, {"notes": {"d": {}}}
)


def test_before_the_end() -> None:
    deeds = [deed("client_search"), deed("create_quote", step=2, error="no")]
    nothing = step_reward(RewardConfig(), Progress(1, 0, 0), Progress(1, 0, 0))
    found = signals(deeds, StateDiff(), nothing, (), over=False)
    assert found.student == Signal("step 2, turn 1: create_quote failed", 0.5)
    assert found.teacher == Signal("", None)
    assert (found.reason, found.drift_notes, found.reward_observation) == (
        "nothing is paid before the end",
        "",
        0.0,
    )


def test_shaping_is_named() -> None:
    config = RewardConfig(shaping_enabled=True, partial_progress=0.5)
    paid = step_reward(config, Progress(1, 0, 0), Progress(1, 1, 1))
    assert signals([reply()], StateDiff(), paid, (), over=False).reason == "paid for progress"


def test_at_the_end() -> None:
    verdicts = (
        verdict("state", True, 1.0, "all there"),
        verdict("metric", False, 0.5, "one missing", required=False),
    )
    found = signals([reply()], CHANGES, final_reward(RewardConfig(), verdicts), verdicts, over=True)
    assert found.teacher == Signal("state: all there; metric: one missing", 0.75)
    assert (found.reason, found.reward_observation) == ("graded at the end", 1.0)


def test_drift_counts_rows_by_table() -> None:
    assert drift(CHANGES) == "notes: 1 deleted; opportunities: 1 updated; quotes: 2 inserted"
    assert drift(StateDiff()) == ""
