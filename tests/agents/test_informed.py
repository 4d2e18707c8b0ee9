"""An informed agent: told more, otherwise the same."""

from __future__ import annotations

from atlas.agents.chat import ChatAgent
from atlas.agents.informed import InformedAgent
from atlas.core.protocols import TurnInput
from tests.worlds import CounterWorld, ScriptedModel, saying


async def test_the_text_stands_after_the_system_text_and_nothing_else_changes() -> None:
    model = ScriptedModel(lambda request: saying("hello"))
    agent = InformedAgent(ChatAgent(model), "Earlier: all went well.")
    steps = [step async for step in agent.act(TurnInput("Count.", (), "please"), CounterWorld({}))]
    assert [step.completion.message.content for step in steps] == ["hello"]
    (asked,) = model.asked
    assert asked.messages[0].content == "Count.\n\nEarlier: all went well."
    assert asked.messages[1].content == "please"
    assert agent.name == ChatAgent(model).name
