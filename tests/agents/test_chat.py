from atlas.agents.calls import MAX_CALLS_PER_STEP
from atlas.agents.chat import ChatAgent
from atlas.core.messages import ChatRequest, Message
from atlas.core.protocols import TurnInput
from atlas.core.tools import ToolCall
from atlas.core.trajectory import Step
from tests.worlds import CounterWorld, ScriptedModel, calling, saying

TURN = TurnInput("orders", (Message("user", "hi"), Message("assistant", "hello")), "add two to a")


async def play(model: ScriptedModel, world: CounterWorld, **options: int) -> list[Step]:
    return [step async for step in ChatAgent(model, **options).act(TURN, world)]  # type: ignore[arg-type]


def counters() -> CounterWorld:
    return CounterWorld({"a": {"name": "a", "value": 1}})


async def test_calls_tools_until_it_replies() -> None:
    def script(request: ChatRequest) -> Message:
        return saying("a is 3") if request.messages[-1].role == "tool" else calling("add", '{"name": "a", "by": 2}')

    model, world = ScriptedModel(script), counters()
    steps = await play(model, world)
    assert world.rows["a"]["value"] == 3
    assert [step.completion.message.content for step in steps] == ["", "a is 3"]
    assert [message.role for message in model.asked[1].messages] == [
        "system", "user", "assistant", "user", "assistant", "tool",
    ]  # fmt: skip
    assert model.asked[1].messages[-1].content == '{"name":"a","value":3}'


async def test_an_error_is_told_to_the_model() -> None:
    def script(request: ChatRequest) -> Message:
        return saying("sorry") if request.messages[-1].role == "tool" else calling("add", '{"name": "b", "by": 2}')

    model = ScriptedModel(script)
    await play(model, counters())
    assert model.asked[1].messages[-1].content == '{"error":"There is no counter \'b\'."}'


async def test_stops_at_the_step_limit() -> None:
    model = ScriptedModel(lambda request: calling("read", '{"name": "a"}'))
    steps = await play(model, counters(), max_steps=3)
    assert len(steps) == len(model.asked) == 3
    assert steps[-1].completion.message.tool_calls


async def test_every_call_of_a_flood_gets_an_answer_but_only_some_are_run() -> None:
    flood = tuple(ToolCall(f"c{n}", "add", '{"name": "a", "by": 1}') for n in range(100))

    def script(request: ChatRequest) -> Message:
        return saying("done") if request.messages[-1].role == "tool" else Message("assistant", "", flood)

    world = counters()
    steps = await play(ScriptedModel(script), world)
    assert world.rows["a"]["value"] == 1 + MAX_CALLS_PER_STEP
    assert [result.call_id for result in steps[0].results] == [call.id for call in flood]
    assert not steps[0].results[-1].ok


async def test_only_the_first_step_is_forced() -> None:
    def script(request: ChatRequest) -> Message:
        return saying("done") if request.messages[-1].role == "tool" else calling("read", '{"name": "a"}')

    model = ScriptedModel(script)
    _ = [step async for step in ChatAgent(model, tool_choice="required").act(TURN, counters())]
    assert [request.tool_choice for request in model.asked] == ["required", "auto"]
