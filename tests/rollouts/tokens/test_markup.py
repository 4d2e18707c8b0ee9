"""Tool-call markup: whole calls are read as they were written, and half ones not at all."""

from __future__ import annotations

import pytest

from atlas.rollouts.tokens.markup import read_calls


def tagged(call: str) -> str:
    return f"<tool_call>\n{call}\n</tool_call>"


def test_text_and_calls_are_parted_and_arguments_stay_as_they_were_written() -> None:
    one = tagged('{"name": "add", "arguments": {"by":  2, "deep": [{"a": "}"}]}}')
    two = tagged('{"name": "read"}')
    assert read_calls(f"Let me see.\n{one}\n{two}") == (
        "Let me see.",
        (("add", '{"by":  2, "deep": [{"a": "}"}]}'), ("read", "{}")),
    )
    assert read_calls(tagged('{"name": "add", "arguments": "{\\"by\\": 2}"}')) == ("", (("add", '{"by": 2}'),))


@pytest.mark.parametrize(
    "text",
    [
        "Done.",
        "",
        tagged('{"name": "add", "arguments": {"by": }}'),
        tagged('{"arguments": {}}'),
        tagged('{"name": 5}'),
        tagged("add(by=2)"),
        '<tool_call>\n{"name": "add"}',
        tagged('{"name": "add"}') + "\n<tool_call>\n{",
    ],
)
def test_a_text_with_a_call_that_is_none_is_text(text: str) -> None:
    assert read_calls(text) == (text, ())
