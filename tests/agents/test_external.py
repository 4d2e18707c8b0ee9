"""External agents: asked with everything they need, their tool calls run, their nonsense told apart."""

from __future__ import annotations

import pytest

from atlas.agents.external import ExternalAgent
from atlas.core.json import JsonObject, JsonValue
from atlas.core.messages import Message, Usage
from atlas.core.protocols import TurnInput
from atlas.core.trajectory import Step
from atlas.errors import AgentError
from tests.worlds import CounterWorld

TURN = TurnInput("orders", (Message("user", "hi"), Message("assistant", "hello")), "add two to a")


class Asked:
    """An agent that answers in order and remembers what it was asked."""

    def __init__(self, *answers: JsonValue) -> None:
        self.answers = list(answers)
        self.metadata: list[JsonObject] = []
        self.usage: list[Usage] = []
        self.world = CounterWorld({"a": {"name": "a", "value": 1}})

    async def ask(self, prompt: str, metadata: JsonObject) -> JsonValue:
        assert prompt == "add two to a"
        self.metadata.append(metadata)
        return self.answers[min(len(self.metadata), len(self.answers)) - 1]

    async def play(self, max_steps: int = 5) -> list[Step]:
        agent = ExternalAgent("mine", self.ask, self.usage.append, max_steps=max_steps)
        return [step async for step in agent.act(TURN, self.world)]


FLAT = {"tool_calls": [{"name": "add", "arguments": {"name": "a", "by": 2}}]}
NESTED = {"tool_calls": [{"id": "x", "function": {"name": "add", "arguments": '{"name": "a", "by": 2}'}}]}


@pytest.mark.parametrize("call", [FLAT, NESTED], ids=["flat", "as OpenAI has it"])
async def test_tool_calls_are_run_and_told(call: JsonObject) -> None:
    asked = Asked(
        call, {"content": "a is 3", "usage": {"prompt_tokens": 9, "completion_tokens": 4, "cost_usd": 0.1}}
    )
    steps = await asked.play()
    assert asked.world.rows["a"]["value"] == 3
    assert [step.completion.message.content for step in steps] == ["", "a is 3"]
    assert asked.metadata[0]["system"] == "orders"
    assert [message["role"] for message in asked.metadata[1]["messages"]] == [
        "user", "assistant", "user", "assistant", "tool",
    ]  # fmt: skip
    assert asked.metadata[1]["messages"][-1]["content"] == '{"name":"a","value":3}'
    assert [tool["function"]["name"] for tool in asked.metadata[0]["tools"]] == ["add", "read"]
    assert asked.usage == [Usage(0, 0, 1, None), Usage(9, 4, 1, 0.1)]


@pytest.mark.parametrize(
    ("answer", "reply"), [("done", "done"), (None, ""), ({"answer": 3}, '{"answer":3}'), ([1], "[1]"), (7, "7")]
)
async def test_what_is_no_call_is_the_reply(answer: JsonValue, reply: str) -> None:
    (step,) = await Asked(answer).play()
    assert step.completion.message.content == reply


async def test_it_stops_at_the_step_limit() -> None:
    assert len(await Asked(FLAT).play(max_steps=3)) == 3


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"tool_calls": "add"}, "tool_calls"),
        ({"content": 3}, "content"),
        ({"tool_calls": [{"arguments": {}}]}, "1 tool calls without a name"),
        ({"content": "x", "usage": {"prompt_tokens": "many"}}, "prompt_tokens"),
    ],
)
async def test_an_answer_of_no_use_is_a_failure_of_the_agent(answer: JsonValue, reason: str) -> None:
    with pytest.raises(AgentError, match=reason) as failed:
        await Asked(answer).play()
    assert failed.value.boundary == "agent"


async def test_a_flood_of_calls_is_cut() -> None:
    flood = {"tool_calls": [{"name": "add", "arguments": {"name": "a", "by": 1}}] * 100}
    asked = Asked(flood, "done")
    steps = await asked.play()
    assert len(steps[0].results) == 100
    assert asked.world.rows["a"]["value"] == 17
