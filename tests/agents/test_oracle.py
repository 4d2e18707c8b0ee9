from atlas.agents.null import NullAgent
from atlas.agents.oracle import OracleAgent
from atlas.agents.parrot import ParrotAgent
from atlas.agents.scripted import Line, ScriptedAgent
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


async def test_scripted_agent_plays_its_lines_whatever_comes_back() -> None:
    calls = (ExpectedCall("nothing", {}), ExpectedCall("add", {"name": "a", "by": 2}))
    scripted = ScriptedAgent([Line((), "first"), Line(calls, "second")])
    world = CounterWorld({"a": {"name": "a", "value": 1}})
    history = (Message("user", "one"), Message("assistant", "first"))
    steps = [step async for step in scripted.act(TurnInput("", history, "two"), world)]
    assert [bool(step.results and step.results[0].error) for step in steps] == [True, False, False]
    assert steps[-1].completion.message.content == "second"
    assert world.rows["a"]["value"] == 3


async def test_parrot_says_back_all_it_was_told_and_not_what_it_said_itself() -> None:
    history = (Message("user", "one"), Message("tool", "shown"), Message("assistant", "my own words"))
    world = CounterWorld({})
    (step,) = [step async for step in ParrotAgent().act(TurnInput("orders", history, "two"), world)]
    reply = step.completion.message.content
    assert all(told in reply for told in ("orders", "one", "shown", "two", "Read a counter."))
    assert "my own words" not in reply


async def test_null_agent_does_and_says_nothing() -> None:
    world = CounterWorld({"a": {"name": "a", "value": 1}})
    steps = [step async for step in NullAgent().act(TurnInput("", (), "add"), world)]
    assert [step.completion.message for step in steps] == [Message("assistant", "")]
    assert world.rows["a"]["value"] == 1
