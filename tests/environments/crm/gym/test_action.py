"""Actions: every form that is accepted, and a sentence for every other."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from atlas.environments.crm.gym.action import ACTIONS, MAX_ARGUMENTS, REPLY, Action, decode, shown
from atlas.environments.crm.tools import TOOLS
from atlas.errors import ToolError

SEARCH = Action("client_search", '{"name":"Northwind"}')


def test_every_tool_and_the_reply_are_actions() -> None:
    assert len(ACTIONS) == 39
    assert {*TOOLS, REPLY} == set(ACTIONS)


@pytest.mark.parametrize("tool", ["client_search", 3, np.int64(3), np.array(3)], ids=repr)
@pytest.mark.parametrize("key", ["tool", "tool_index", "tool_name"])
@pytest.mark.parametrize("arguments", [{"name": "Northwind"}, '{"name":"Northwind"}'], ids=["object", "text"])
@pytest.mark.parametrize("arguments_key", ["arguments", "arguments_json"])
def test_the_forms_of_a_call(tool: Any, key: str, arguments: Any, arguments_key: str) -> None:
    assert decode({key: tool, arguments_key: arguments}) == SEARCH


def test_json_text_is_an_action() -> None:
    assert decode('{"tool": "client_search", "arguments": {"name": "Northwind"}}') == SEARCH


@pytest.mark.parametrize("action", [{"tool": "summarize_counts"}, {"tool": "summarize_counts", "arguments": ""}])
def test_arguments_may_be_left_out(action: Any) -> None:
    assert decode(action) == Action("summarize_counts", "{}")


def test_a_reply_has_a_text() -> None:
    action = decode({"tool": "reply", "arguments": {"text": "Es läuft 👍"}})
    assert action.is_reply
    assert action.text == "Es läuft 👍"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("client_search", "The action is not a JSON object"),
        ("[1]", "The action is not a JSON object: expected a JSON object, got list."),
        (7, "not int"),
        (None, "not NoneType"),
        ({}, "names no tool"),
        ({"arguments": {}}, "names no tool"),
        ({"tool": "client_serch"}, "There is no tool 'client_serch'; did you mean client_search?"),
        ({"tool": "commit_session"}, "There is no tool 'commit_session'."),
        ({"tool": "\ud800"}, r"There is no tool '\ud800'."),
        ({"tool": 39}, "No tool has this index; they go from 0 to 38."),
        ({"tool": -1}, "No tool has this index"),
        ({"tool": 10**5000}, "No tool has this index"),
        ({"tool": True}, "No tool has this index"),
        ({"tool": 1.0}, "A tool is an index or a name, not float."),
        ({"tool": None}, "not NoneType"),
        ({"tool": 1, "tool_name": "reply"}, "both 'tool' and 'tool_name'"),
        ({"tool": 1, "arguments": {}, "arguments_json": "{}"}, "both 'arguments' and 'arguments_json'"),
        ({"tool": 1, "reason": "why not"}, "no field 'reason'"),
        ({"tool": 1, 2: 3}, "no field '2'"),
        ({"tool": 1, "arguments": "{"}, "The arguments are not a JSON object"),
        ({"tool": 1, "arguments": "[]"}, "got list"),
        ({"tool": 1, "arguments": [1]}, "not list"),
        ({"tool": 1, "arguments": {"amount": {1, 2j}}}, "hold what JSON cannot"),
        ({"tool": 1, "arguments": {"name": "\ud800"}}, "hold what JSON cannot"),
        ({"tool": 1, "arguments": "[" * 4000}, "not a JSON object"),
        (
            {"tool": 1, "arguments": json.dumps({"name": "x" * MAX_ARGUMENTS})},
            "characters; an action may have 4,096",
        ),
        ({"tool": 1, "arguments": "x" * 10_000_000}, "10,000,000 characters"),
        ({"tool": "reply"}, 'A reply has one argument, its text: {"text": "..."}.'),
        ({"tool": "reply", "arguments": {"text": 5}}, "A reply has one argument"),
        ({"tool": "reply", "arguments": {"text": "Done.", "to": "Kim"}}, "A reply has one argument"),
    ],
    ids=lambda value: repr(value)[:30] if not isinstance(value, dict) or 10**5000 not in value.values() else "huge",
)
def test_what_is_wrong_is_said(raw: Any, sentence: str) -> None:
    with pytest.raises(ToolError) as refused:
        decode(raw)
    assert sentence in str(refused.value)
    assert len(shown(raw)) < 1000
    shown(raw).encode()
