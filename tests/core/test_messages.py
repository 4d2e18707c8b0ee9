from atlas.core.messages import MAX_TOOL_TEXT, Message, Meter, Usage, tool_message
from atlas.core.tools import ToolResult


def test_usage_adds_up_and_an_unknown_price_stays_unknown() -> None:
    known = Usage(10, 5, 1, 0.5)
    assert known + known == Usage(20, 10, 2, 1.0)
    assert (known + Usage(1, 1, 1, None)).cost_usd is None
    assert known.total_tokens == 15


def test_a_meter_counts_per_role() -> None:
    meter = Meter()
    meter.add("teacher", Usage(1, 1, 1))
    meter.add("student", Usage(2, 2, 1))
    meter.add("student", Usage(3, 3, 1))
    assert meter.spent() == {"student": Usage(5, 5, 2), "teacher": Usage(1, 1, 1)}


def test_a_long_tool_result_is_cut_and_says_so() -> None:
    text = tool_message(ToolResult("1", "list", "x" * (3 * MAX_TOOL_TEXT))).content
    assert len(text) < MAX_TOOL_TEXT + 100
    assert "cut, 60002 characters in all" in text


def test_an_error_reads_as_an_object() -> None:
    assert tool_message(ToolResult("1", "view", error="No.")) == Message(
        "tool", '{"error":"No."}', tool_call_id="1"
    )
