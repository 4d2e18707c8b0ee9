"""The player: one trajectory, graded; what fails below the agent is said, not scored."""

from __future__ import annotations

import asyncio

from atlas.core.messages import ChatRequest, Completion
from atlas.rollouts.benchmark import Assignment
from atlas.rollouts.config import EnvConfig, RolloutConfig
from tests.runs.rollout.counting import adds, by_seed, player
from tests.worlds import EventList, ScriptedModel, failing, saying

CONFIG = RolloutConfig()


async def test_a_trajectory_is_played_and_graded() -> None:
    model, events = ScriptedModel(by_seed), EventList()
    playing = player(model, CONFIG, events)
    sessions = [await playing.play(Assignment(0, 1, trial)) for trial in range(6)]
    assert {session.slot.task_id for session in sessions} == {"t1"}
    assert {session.success for session in sessions} == {True, False}, "the trials differ in their sampling seed"
    assert len({request.seed for request in model.asked}) == 6
    assert "student.step" in events.kinds()
    again = await playing.play(Assignment(0, 1, 3))
    assert again.played == sessions[3].played, "the same assignment is the same trajectory"


async def test_an_outage_is_a_failure_without_a_score() -> None:
    session = await player(ScriptedModel(failing()), CONFIG).play(Assignment(0, 0, 0))
    assert session.failure is not None
    assert session.failure.boundary == "model"
    assert session.success is None


class Sleepy(ScriptedModel):
    """Answers each call after `seconds`."""

    seconds = 0.05

    async def complete(self, request: ChatRequest) -> Completion:
        await asyncio.sleep(self.seconds)
        return await super().complete(request)


async def test_a_task_has_one_deadline_for_all_its_calls() -> None:
    config = RolloutConfig(env=EnvConfig(process_timeout=0.3))
    session = await player(Sleepy(lambda request: adds(1)), config).play(Assignment(0, 0, 0))
    assert session.failure is not None
    assert session.failure.message == "agent took more than 0.3 s for one task"
    assert session.usage["student"].calls >= 2, "what it spent by then is counted"


async def test_a_call_that_hangs_is_ended_at_the_deadline() -> None:
    config = RolloutConfig(env=EnvConfig(process_timeout=0.1))
    model = Sleepy(by_seed)
    model.seconds = 60
    async with asyncio.timeout(5):
        session = await player(model, config).play(Assignment(0, 0, 0))
    assert session.failure is not None
    assert session.failure.boundary == "agent"


async def test_a_judge_grades_the_reasoning_and_is_paid_for_as_a_judge() -> None:
    grade = '{"score": 0.5, "rationale": "Guessed.", "uncertainty": 0.1}'
    judge = ScriptedModel(lambda request: saying(grade), name="judge", simulated=False)
    session = await player(ScriptedModel(by_seed), CONFIG, judge=judge).play(Assignment(0, 0, 0))
    assert session.panel is not None
    assert (session.panel.score, session.panel.rationale) == (0.5, "Guessed.")
    assert session.usage["judge"].calls == 1
    assert session.spent.calls == session.usage["student"].calls + 1
    assert session.simulated, "the student is a script"


async def test_a_judge_that_fails_costs_no_trajectory() -> None:
    session = await player(ScriptedModel(by_seed), CONFIG, judge=ScriptedModel(failing())).play(Assignment(0, 0, 0))
    assert session.failure is None
    assert session.success is not None
    assert session.panel is not None
    assert session.panel.score is None
