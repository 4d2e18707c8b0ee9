"""The arguments of a call, checked against the schema of its tool."""

from __future__ import annotations

from difflib import get_close_matches

from atlas.core.json import JsonObject, JsonValue
from atlas.core.tools import ToolCall
from atlas.environments.gaia.tools import TOOLS, Tool
from atlas.environments.gaia.workspace import MAX_WRITE_BYTES
from atlas.errors import ToolError

MAX_ARGUMENTS = 2 * MAX_WRITE_BYTES
"""Characters of arguments that a call may have: a file that may be written fits in, escapes included."""
_TYPES: dict[str, tuple[type, str]] = {"string": (str, "a text"), "integer": (int, "a whole number")}


def tool_named(name: str) -> Tool:
    """Raises `ToolError` for a name that no tool has."""
    if name in TOOLS:
        return TOOLS[name]
    near = get_close_matches(name[:100], TOOLS, n=1)
    raise ToolError(f"There is no tool '{name[:100]}'{f'; did you mean {near[0]}?' if near else '.'}")


def arguments_of(call: ToolCall, tool: Tool) -> JsonObject:
    """The call's arguments; null stands for an optional one left out. Raises `ToolError`."""
    if (length := len(call.arguments)) > MAX_ARGUMENTS:
        raise ToolError(f"The arguments have {length:,} characters; a call may have {MAX_ARGUMENTS:,}.")
    try:
        given = call.parsed()
    except ValueError as error:
        raise ToolError(f"The arguments are not a JSON object: {error}.") from error
    properties: dict[str, JsonObject] = tool.spec.parameters["properties"]
    required: list[str] = tool.spec.parameters.get("required", [])
    for name in required:
        if given.get(name) is None:
            raise ToolError(f"{tool.spec.name} needs the argument '{name}'.")
    kept = {name: value for name, value in given.items() if value is not None or name not in properties}
    for name, value in kept.items():
        if name not in properties:
            takes = f"it takes: {', '.join(properties)}" if properties else "it takes none"
            raise ToolError(f"Unknown argument '{name[:100]}' for {tool.spec.name}; {takes}.")
        _check(name, value, properties[name])
    return kept


def _check(name: str, value: JsonValue, schema: JsonObject) -> None:
    kind, called = _TYPES[schema["type"]]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ToolError(f"The argument '{name}' must be {called}, not {type(value).__name__}.")
    if isinstance(value, int) and not schema["minimum"] <= value <= schema.get("maximum", 2**53):
        raise ToolError(f"The argument '{name}' is {value}; it must be {_range(schema)}.")


def _range(schema: JsonObject) -> str:
    return (
        f"from {schema['minimum']} to {schema['maximum']}"
        if "maximum" in schema
        else f"{schema['minimum']} or more"
    )
