"""Readable calls: whether the tool calls that a chat template writes are found again in a model's text."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.core.json import dumps
from atlas.core.messages import Message
from atlas.core.tools import ToolCall, ToolSpec
from atlas.errors import TemplateError
from atlas.rollouts.tokens.markup import CLOSING, OPENING, read_calls
from atlas.rollouts.tokens.tokenizer import ChatTokenizer

_PROBE = ToolCall("call00001", "probe", '{"depth": [1, {"a": "b"}]}')


def check_tool_calls(tokenizer: ChatTokenizer, tools: Sequence[ToolSpec]) -> None:
    """Raise `TemplateError` for a template whose tool calls would not be found in the model's replies."""
    asked = [Message("user", "hi")]
    calling = [*asked, Message("assistant", "", (_PROBE,)), Message("tool", "{}", tool_call_id=_PROBE.id)]
    before, whole = tokenizer.prompt(asked, tools), tokenizer.prompt(calling, tools)
    _, calls = read_calls(whole[len(before) :])
    if [(name, _canonical(arguments)) for name, arguments in calls] != [("probe", _canonical(_PROBE.arguments))]:
        raise TemplateError(
            f"does not write tool calls as {OPENING}{{...}}{CLOSING}, the one form that is read from plain "
            "completions; play with --env.agent code, or with --env.use_chat_completion true",
            "no_tool_calls",
        )


def _canonical(arguments: str) -> str:
    try:
        return dumps(ToolCall("", "", arguments).parsed())
    except ValueError:
        return arguments
