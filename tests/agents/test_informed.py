"""An informed agent: told more, otherwise the same."""

from __future__ import annotations

from atlas.agents.chat import ChatAgent
from atlas.agents.informed import informed
from atlas.core.protection import Protection
from atlas.core.protocols import Confined, TurnInput
from tests.worlds import CounterWorld, ScriptedModel, saying


async def test_the_text_stands_after_the_system_text_and_nothing_else_changes() -> None:
    model = ScriptedModel(lambda request: saying("hello"))
    agent = informed(ChatAgent(model), "Earlier: all went well.")
    steps = [step async for step in agent.act(TurnInput("Count.", (), "please"), CounterWorld({}))]
    assert [step.completion.message.content for step in steps] == ["hello"]
    (asked,) = model.asked
    assert asked.messages[0].content == "Count.\n\nEarlier: all went well."
    assert asked.messages[1].content == "please"
    assert agent.name == ChatAgent(model).name


class Holding(ChatAgent):
    """A chat agent with a process to end."""

    closed = 0
    protection = Protection(landlock=4)

    async def close(self) -> None:
        self.closed += 1


async def test_the_process_of_an_agent_that_holds_one_is_ended_through_it() -> None:
    """The loop closes what is `Confined`, and records what protected: both have to reach the agent inside."""
    model = ScriptedModel(lambda request: saying("hello"))
    holding = Holding(model)
    agent = informed(holding, "Earlier: all went well.")
    assert isinstance(agent, Confined)
    assert agent.protection == Protection(landlock=4)
    await agent.close()
    assert holding.closed == 1
    assert not isinstance(informed(ChatAgent(model), ""), Confined)
