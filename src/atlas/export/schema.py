"""The JSON Schema of a session's record, made of its form."""

from __future__ import annotations

import inspect
from importlib.resources import files
from typing import is_typeddict

import msgspec

from atlas.core.json import JsonObject
from atlas.export import form
from atlas.export.form import SessionRecord

SHIPPED = files("atlas.export") / "schemas/session.schema.json"
"""The schema as a file, for those who have the package but not Python."""

_FORM = {name for name, value in vars(form).items() if is_typeddict(value)}


def session_schema() -> JsonObject:
    """The schema (draft 2020-12). Every key of ours is required, and there are no others.

    What the nouns of the core say of themselves is for those who write code, and is left out.
    """
    (_,), definitions = msgspec.json.schema_components([SessionRecord], ref_template="#/$defs/{name}")
    exact = {name: _exact(name, definition) for name, definition in sorted(definitions.items())}
    record = exact.pop(SessionRecord.__name__)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **record, "$defs": exact}


def _exact(name: str, definition: JsonObject) -> JsonObject:
    """A noun may be made without the fields that have a default; a record writes them all."""
    properties = {
        name: {key: value for key, value in field.items() if key != "default"}
        for name, field in definition["properties"].items()
    }
    described = {"description": inspect.cleandoc(definition["description"])} if name in _FORM else {}
    return {
        "title": name,
        **described,
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }
