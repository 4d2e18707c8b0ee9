"""An action: one tool call, or the reply that ends a turn, as an agent of the Gymnasium environment gives it."""

from __future__ import annotations

import operator
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from atlas.core.json import JsonObject, dumps, loads_object
from atlas.environments.crm.tools import TOOLS
from atlas.errors import ToolError

REPLY = "reply"
ACTIONS = (*TOOLS, REPLY)
"""Every action by its index: the tools in their order, then the reply, whose arguments are {"text": "..."}."""

MAX_ARGUMENTS = 4096
"""Characters of arguments that an action may have."""

_TOOL_KEYS = ("tool", "tool_index", "tool_name")
_ARGUMENT_KEYS = ("arguments", "arguments_json")

_shown = reprlib.Repr()
_shown.maxstring = _shown.maxother = 200


@dataclass(frozen=True, slots=True)
class Action:
    """A known tool, or `REPLY`, with the text of a JSON object."""

    tool: str
    arguments: str

    @property
    def is_reply(self) -> bool:
        return self.tool == REPLY

    @property
    def text(self) -> str:
        """What a reply says to the user."""
        said: str = loads_object(self.arguments)["text"]
        return said


def decode(raw: object) -> Action:
    """What an agent sent as an action. Raises `ToolError` with a sentence that says what would be right.

    Accepted is a mapping, or the JSON text of one, with `tool` (index or name), `tool_index` or `tool_name`, and
    with `arguments` or `arguments_json` (an object or its JSON text; left out it is empty), and nothing else.
    """
    fields = _mapping(raw)
    if unknown := sorted(str(key) for key in fields if key not in (*_TOOL_KEYS, *_ARGUMENT_KEYS)):
        raise ToolError(f"An action has no field {unknown[0][:100]!a}; give 'tool' and 'arguments' only.")
    tool = _tool(_one(fields, _TOOL_KEYS))
    arguments = _arguments(_one(fields, _ARGUMENT_KEYS, default="{}"))
    if tool == REPLY:
        _check_reply(arguments)
    return Action(tool, arguments)


def shown(raw: object) -> str:
    """A short printable text of whatever an agent sent."""
    try:
        return _shown.repr(raw)
    except ValueError:  # an integer of too many digits to be shown
        return f"<{type(raw).__name__}>"


def _mapping(raw: object) -> Mapping[Any, object]:
    if isinstance(raw, Mapping):
        return raw
    if isinstance(raw, str):
        return _object(raw, "The action is")
    raise ToolError(f"An action is a mapping or the JSON text of one, not {type(raw).__name__}.")


def _one(fields: Mapping[Any, object], names: tuple[str, ...], default: object = None) -> object:
    given = [name for name in names if name in fields]
    if len(given) > 1:
        raise ToolError(f"The action has both '{given[0]}' and '{given[1]}'; give one of them.")
    if not given and default is None:
        raise ToolError(f"The action names no tool; give one of {', '.join(names)}.")
    return fields[given[0]] if given else default


def _tool(given: object) -> str:
    if isinstance(given, str):
        return _named(given)
    try:
        index = operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        raise ToolError(f"A tool is an index or a name, not {type(given).__name__}.") from None
    if isinstance(given, bool) or not 0 <= index < len(ACTIONS):
        raise ToolError(f"No tool has this index; they go from 0 to {len(ACTIONS) - 1}.")
    return ACTIONS[index]


def _named(name: str) -> str:
    if name in ACTIONS:
        return name
    near = get_close_matches(name[:100], ACTIONS, n=1)
    raise ToolError(f"There is no tool {name[:100]!a}{f'; did you mean {near[0]}?' if near else '.'}")


def _arguments(given: object) -> str:
    text = given if isinstance(given, str) else _text(given)
    if len(text) > MAX_ARGUMENTS:
        raise ToolError(f"The arguments have {len(text):,} characters; an action may have {MAX_ARGUMENTS:,}.")
    _object(text or "{}", "The arguments are")
    return text or "{}"


def _text(given: object) -> str:
    if not isinstance(given, Mapping):
        raise ToolError(f"Arguments are an object or its JSON text, not {type(given).__name__}.")
    try:
        return dumps(given)
    except (TypeError, ValueError, RecursionError) as error:
        raise ToolError(f"The arguments hold what JSON cannot: {error}.") from error


def _object(text: str, what: str) -> JsonObject:
    try:
        return loads_object(text)
    except ValueError as error:
        raise ToolError(f"{what} not a JSON object: {error}.") from error


def _check_reply(arguments: str) -> None:
    fields = loads_object(arguments)
    if set(fields) != {"text"} or not isinstance(fields["text"], str):
        raise ToolError('A reply has one argument, its text: {"text": "..."}.')
