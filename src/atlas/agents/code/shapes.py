"""Shapes: an environment's tools as functions that code can call."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from atlas.agents.code.wire import Input, ToolShape
from atlas.core.json import JsonObject, dumps
from atlas.core.tools import ToolSpec

TYPES = frozenset({"string", "boolean", "integer", "number", "array", "object", "null", "any"})
_TOLD_BY_TYPE = {"type", "description", "title"}


def shapes_of(specs: Sequence[ToolSpec]) -> tuple[ToolShape, ...]:
    """The functions that stand for `specs`, required arguments first, as Python has it."""
    return tuple(ToolShape(spec.name, spec.description, _inputs(spec.parameters)) for spec in specs)


def signature(shape: ToolShape) -> str:
    """The function as a model is shown it: its head, and what it does as its docstring."""
    arguments = ", ".join(
        f"{one.name}: {one.type}" if one.required else f"{one.name}: {one.type} = None" for one in shape.inputs
    )
    told = "\n".join(f"    {one.name}: {one.description}" for one in shape.inputs)
    doc = f"{shape.description}\n\nArgs:\n{told}" if told else shape.description
    return f"def {shape.name}({arguments}) -> any:\n" + textwrap.indent(f'"""{doc}\n"""', "    ")


def _inputs(parameters: JsonObject) -> tuple[Input, ...]:
    required = frozenset(parameters.get("required", ()))
    found = [
        Input(name, _type(schema), _description(schema), name in required)
        for name, schema in parameters.get("properties", {}).items()
    ]
    return tuple(sorted(found, key=lambda one: not one.required))


def _type(schema: JsonObject) -> str:
    kind = schema.get("type", "any")
    return kind if isinstance(kind, str) and kind in TYPES else "any"


def _description(schema: JsonObject) -> str:
    """The description, and whatever else the schema asks for, as JSON Schema."""
    more = {key: value for key, value in schema.items() if key not in _TOLD_BY_TYPE}
    return " ".join(filter(None, (schema.get("description", ""), dumps(more) if more else ""))) or "no description"
