from __future__ import annotations

from typing import Any

import pytest

from atlas.core.messages import Completion, Message, Usage
from atlas.core.state import StateDiff
from atlas.core.tasks import Target, TaskId
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Trajectory, Turn
from atlas.core.verdicts import Judgement, PanelVerdict, Verdict
from atlas.discovery.reward import EnvironmentReward, session_reward
from atlas.errors import VerifierError


def check(*paid: float | None, done: bool = True, info: Any = None) -> Verdict:
    steps = [act(reward, done and n == len(paid), {} if info is None else info) for n, reward in enumerate(paid, 1)]
    turn = Turn(1, "go", tuple(steps), "done", StateDiff())
    return EnvironmentReward().check(Trajectory(TaskId("t"), "a", (turn,), StateDiff()), Target(()))


def act(reward: float | None, done: bool, info: Any) -> Step:
    value = {"observation": 0, "reward": reward, "done": done, "info": info}
    message = Message("assistant", "", (ToolCall("1", "act", '{"action": 1}'),))
    return Step(Completion(message, Usage(), "a"), (ToolResult("1", "act", value),))


@pytest.mark.parametrize(
    ("paid", "score", "passed"),
    [((0.0, 1.0), 1.0, True), ((0.25, 0.5), 0.75, False), ((-1.0,), 0.0, False), ((2.0, None, 3.0), 1.0, True)],
)
def test_the_total_held_to_one(paid: tuple[float | None, ...], score: float, passed: bool) -> None:
    verdict = check(*paid)
    assert (verdict.score, verdict.passed, verdict.required) == (score, passed, True)
    assert verdict.details["total"] == sum(reward or 0 for reward in paid)


def test_an_episode_that_is_not_over_does_not_pass() -> None:
    assert check(1.0, done=False).passed is False


def test_what_the_environment_says_of_success_decides() -> None:
    assert check(0.2, info={"is_success": True}).passed is True
    assert check(1.0, info={"is_success": False}).passed is False


def test_without_any_reward_nothing_was_checked() -> None:
    assert check(None, None).required is False
    assert check().required is False


def panel(score: float | None) -> PanelVerdict:
    return PanelVerdict(score, "", (Judgement(0.5, "", 0.4),), False, None, ())


def test_the_environment_and_the_judges_share_the_reward() -> None:
    alone = session_reward([check(0.6)], None, 0.7)
    assert (alone.score, [part.name for part in alone.parts]) == (0.6, ["environment"])
    assert session_reward([check(0.6)], panel(None), 0.7).score == 0.6
    both = session_reward([check(0.6)], panel(0.5), 0.8)
    assert both.score == pytest.approx(0.8 * 0.6 + 0.2 * 0.5)
    assert both.uncertainty == pytest.approx(0.2 * 0.4)
    judged = session_reward([check(None)], panel(0.5), 0.8)
    assert (judged.score, [(part.name, part.weight) for part in judged.parts]) == (0.5, [("judges", 1.0)])


def test_without_either_there_is_no_reward() -> None:
    with pytest.raises(VerifierError, match="stated no reward and no judge"):
        session_reward([check(None)], None, 0.7)
