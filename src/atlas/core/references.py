"""References: `{{turn_N.field}}` in a reference solution, resolved against what earlier turns returned."""

from __future__ import annotations

import re
from collections.abc import Mapping

from atlas.core.json import JsonObject, JsonValue

REFERENCE = re.compile(r"\{\{turn_(\d+)\.(\w+)\}\}")
"""Group 1 is the turn, group 2 the field."""


def resolve(arguments: JsonObject, results: Mapping[int, JsonValue]) -> JsonObject:
    """`arguments` with every reference replaced.

    `results` holds turn number (from 1) -> the value its reference call returned; of a list, the first element
    counts. A string that is nothing but a reference keeps the type of the value. Raises `LookupError` naming
    the reference that cannot be resolved.
    """
    resolved: JsonObject = _resolve(arguments, results)
    return resolved


def _resolve(value: JsonValue, results: Mapping[int, JsonValue]) -> JsonValue:
    if isinstance(value, dict):
        return {key: _resolve(item, results) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolve(item, results) for item in value]
    if not isinstance(value, str):
        return value
    if whole := REFERENCE.fullmatch(value):
        return _look_up(whole, results)
    return REFERENCE.sub(lambda found: str(_look_up(found, results)), value)


def _look_up(found: re.Match[str], results: Mapping[int, JsonValue]) -> JsonValue:
    value = results.get(int(found[1]))
    record = value[0] if isinstance(value, list) and value else value
    if not isinstance(record, dict) or found[2] not in record:
        raise LookupError(f"{found[0]} cannot be resolved: turn {found[1]} returned no field {found[2]!r}")
    return record[found[2]]
