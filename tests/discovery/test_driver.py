from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from atlas.core.protocols import Agent, TurnInput
from atlas.core.tasks import Setup
from atlas.core.trajectory import Step
from atlas.discovery.driver import ProjectAgent
from atlas.discovery.environment import DiscoveredEnvironment
from atlas.environments.crm.environment import CrmEnvironment
from atlas.errors import AgentError
from tests.discovery.projects import counting

SETUP = Setup("2026-01-01T00:00:00+00:00", "5", {"task": "count"})


async def played(folder: Path, agent: Agent, system: str = "") -> list[Step]:
    async with DiscoveredEnvironment("counter", counting(folder)).open(SETUP) as world:
        return [step async for step in agent.act(TurnInput(system, (), "count"), world)]


async def test_plan_actions_and_answer(tmp_path: Path) -> None:
    steps = await played(tmp_path, ProjectAgent("stepper"))
    calls = [call for step in steps for call in step.completion.message.tool_calls]
    assert [call.name for call in calls] == ["plan", "act", "act", "act"]
    assert calls[1].arguments == '{"action":1}'
    assert steps[-1].completion.message.content == "count: 3 taken; unguided"


async def test_the_system_text_reaches_the_agent(tmp_path: Path) -> None:
    steps = await played(tmp_path, ProjectAgent(), "\n\nbe quick")
    assert steps[-1].completion.message.content == "count: 3 taken; be quick"


async def test_the_actions_of_a_turn_are_bounded(tmp_path: Path) -> None:
    steps = await played(tmp_path, ProjectAgent(max_steps=2))
    assert len([step for step in steps if step.results]) == 3
    assert not steps[-1].completion.message.tool_calls


async def test_it_plays_nowhere_else(tmp_path: Path) -> None:
    async with CrmEnvironment.memory().open(replace(SETUP, content={})) as world:
        with pytest.raises(AgentError, match="cannot play here"):
            _ = [step async for step in ProjectAgent().act(TurnInput("", (), "count"), world)]
