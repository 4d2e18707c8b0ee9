from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atlas.core.json import dumps
from atlas.core.protocols import Environment, Mark
from atlas.core.tasks import Setup
from atlas.core.tools import ToolCall, ToolResult
from atlas.discovery.environment import DiscoveredEnvironment, DiscoveredWorld
from atlas.errors import WorldError
from tests.discovery.projects import COUNTER, counting, launch, project

SETUP = Setup("2026-01-01T00:00:00+00:00", "5", {"task": "count"})


async def call(world: DiscoveredWorld, tool: str, **arguments: Any) -> ToolResult:
    return await world.call(ToolCall("1", tool, dumps(arguments)))


async def test_tools_and_state_of_an_episode(tmp_path: Path) -> None:
    environment: Environment = DiscoveredEnvironment(
        "counter", launch(project(tmp_path, desk=COUNTER), "desk:Counter")
    )
    assert [spec.name for spec in environment.specs] == ["observe", "act"]
    async with environment.open(SETUP) as world:
        before = (await world.snapshot())["episode"]["now"]
        assert before["observation"] == {"left": 3, "task": "count", "seed": 5}
        result = await world.call(ToolCall("1", "act", '{"action": 3}'))
        assert result.value == {"observation": {"left": 0}, "reward": 1.0, "done": True, "info": {}}
        after = (await world.snapshot())["episode"]["now"]
        assert after == {"observation": {"left": 0}, "done": True, "steps": 1, "reward_total": 1.0}


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("fly", "{}", "There is no tool 'fly'; there are observe, act."),
        ("act", "{}", "act needs an action."),
        ("act", '{"action": 1, "speed": 2}', "act has no argument 'speed'; it has action, submit."),
        ("observe", "[]", "expected a JSON object, got list"),
    ],
)
async def test_a_wrong_call_is_told(tmp_path: Path, tool: str, arguments: str, said: str) -> None:
    environment = DiscoveredEnvironment("counter", launch(project(tmp_path, desk=COUNTER), "desk:Counter"))
    async with environment.open(SETUP) as world:
        assert (await world.call(ToolCall("1", tool, arguments))).error == said


async def test_nothing_is_done_after_the_end(tmp_path: Path) -> None:
    async with DiscoveredEnvironment("counter", counting(tmp_path)).open(SETUP) as world:
        await call(world, "act", action=3)
        assert (await call(world, "act", action=1)).error == "The episode is over; reply now."


async def test_the_agent_is_asked_by_tools(tmp_path: Path) -> None:
    async with DiscoveredEnvironment("counter", counting(tmp_path)).open(SETUP) as world:
        assert (await call(world, "plan")).value == {"plan": ["take one", "until none is left"]}
        decided = (await call(world, "decide", guidance="slowly")).value
        assert decided == {"action": 1, "submit": False, "metadata": {}}
        stepped = (await call(world, "act", action=decided["action"])).value
        assert stepped["observation"] == {"left": 2}
        assert (await call(world, "summarize")).value == {"answer": "count: 1 taken; unguided"}
        assert await world.files() == ["desk.py"]


async def test_a_world_goes_back_to_its_start_and_to_a_step(tmp_path: Path) -> None:
    async with DiscoveredEnvironment("counter", counting(tmp_path)).open(SETUP) as world:
        first, start = await world.snapshot(), await world.mark()
        await call(world, "act", action=1)
        one, middle = await world.snapshot(), await world.mark()
        await call(world, "act", action=2)
        await world.rollback_to(middle)
        assert await world.snapshot() == one
        await world.rollback_to(middle)
        assert await world.snapshot() == one
        await world.rollback_to(start)
        assert await world.snapshot() == first
        assert await world.mark() == Mark(0)


async def test_a_failing_step_is_no_result(tmp_path: Path) -> None:
    text = COUNTER.replace("self.left -= action", "self.left -= 1 / action")
    async with DiscoveredEnvironment("c", launch(project(tmp_path, desk=text), "desk:Counter")).open(
        SETUP
    ) as world:
        with pytest.raises(WorldError, match="ZeroDivisionError"):
            await call(world, "act", action=0)
