from atlas.agents.null import NullAgent
from atlas.agents.oracle import OracleAgent
from atlas.core.messages import Message
from atlas.core.protocols import TurnInput
from atlas.core.tasks import ExpectedCall, Target, TurnTarget
from tests.worlds import CounterWorld

TARGET = Target(
    (
        TurnTarget((ExpectedCall("read", {"name": "a"}),), reply="a is 1"),
        TurnTarget((ExpectedCall("add", {"name": "a", "by": "{{turn_1.value}}"}),), reply="a is 2"),
    )
)


async def test_oracle_replays_the_target_and_resolves_references() -> None:
    world, oracle = CounterWorld({"a": {"name": "a", "value": 1}}), OracleAgent(TARGET)
    first = [step async for step in oracle.act(TurnInput("", (), "read a"), world)]
    history = (Message("user", "read a"), Message("assistant", "a is 1"))
    second = [step async for step in oracle.act(TurnInput("", history, "double it"), world)]
    assert first[-1].completion.message.content == "a is 1"
    assert second[-1].completion.message.content == "a is 2"
    assert world.rows["a"]["value"] == 2


async def test_null_agent_does_and_says_nothing() -> None:
    world = CounterWorld({"a": {"name": "a", "value": 1}})
    steps = [step async for step in NullAgent().act(TurnInput("", (), "add"), world)]
    assert [step.completion.message for step in steps] == [Message("assistant", "")]
    assert world.rows["a"]["value"] == 1
