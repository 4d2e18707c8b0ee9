from __future__ import annotations

from typing import Any

import pytest

from atlas.core.messages import Message
from atlas.core.tools import ToolCall
from atlas.core.wire_messages import read_messages, wire_messages
from tests.rollouts.samples import called


def test_messages_come_back_as_they_were() -> None:
    messages = called("Two.", arguments='{"query":  "Acme"} ')
    rows = wire_messages(messages)
    assert read_messages(rows) == messages
    assert rows[2]["tool_calls"][0]["function"] == {"name": "search", "arguments": '{"query":  "Acme"} '}
    assert rows[3] == {"role": "tool", "content": '{"rows":[1,2]}', "tool_call_id": "call_1", "name": "search"}


def test_messages_of_others_are_understood() -> None:
    rows = [
        {"role": "developer", "content": [{"type": "text", "text": "Be "}, "terse."]},
        {"role": "agent", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]},
        {"role": "tool-response", "content": "ok", "reward": 1},
    ]
    assert read_messages(rows) == (
        Message("system", "Be terse."),
        Message("assistant", "", (ToolCall("", "f", '{"a":1}'),)),
        Message("tool", "ok"),
    )


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("# Chat", "a list of messages is due here, not str"),
        (["hi"], r"\[0\]: a message is a JSON object, not str"),
        ([{"role": "narrator", "content": ""}], r"\[0\].role: 'narrator' is none of assistant"),
        ([{"role": "user", "content": 3}], r"\[0\].content: text or a list of parts is due here, not int"),
        ([{"role": "user", "content": [{"type": "image_url"}]}], r"\[0\].content\[0\]: a part without text"),
        (
            [{"role": "assistant", "content": "", "tool_calls": [{}]}],
            r"\[0\].tool_calls\[0\]: a call has a function",
        ),
    ],
)
def test_what_would_be_lost_is_refused_with_its_place(rows: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_messages(rows)
