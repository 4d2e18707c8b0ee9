from atlas.core.messages import Completion, Message, Usage
from atlas.core.state import StateDiff
from atlas.core.tools import ToolCall, ToolResult
from atlas.core.trajectory import Step, Turn
from atlas.core.transcript import calls_of


def test_calls_show_arguments_results_and_what_was_no_json() -> None:
    calls = (
        ToolCall("1", "view", '{"id": 1}'),
        ToolCall("2", "view", "{id: 1"),
        ToolCall("3", "list", ""),
        ToolCall("4", "list", "[" * 5000),
    )
    results = (
        ToolResult("1", "view", {"n": 1}),
        ToolResult("2", "view", error="bad"),
        ToolResult("3", "list", []),
        ToolResult("4", "list", error="deep"),
    )
    step = Step(Completion(Message("assistant", "", calls), Usage(), "m"), results)
    assert calls_of(Turn(1, "?", (step,), "", StateDiff())) == [
        {"tool": "view", "arguments": {"id": 1}, "result": {"n": 1}, "error": None},
        {"tool": "view", "arguments": "{id: 1", "result": None, "error": "bad"},
        {"tool": "list", "arguments": {}, "result": [], "error": None},
        {"tool": "list", "arguments": "[" * 5000, "result": None, "error": "deep"},
    ]
