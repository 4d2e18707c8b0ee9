"""A value as graders compare it: spelling that carries no meaning is gone."""

from __future__ import annotations

import math
from collections.abc import Hashable

from atlas.core.json import JsonValue


def canonical(value: JsonValue) -> Hashable:
    """A hashable that is equal for values a grader must not tell apart.

    Text is compared after stripping and collapsing white space (case counts), numbers by cents whatever their
    JSON type. Null, true and false equal only themselves, and a number never equals its text.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, list):
        return ("list", tuple(map(canonical, value)))
    if isinstance(value, dict):
        return ("object", tuple((key, canonical(item)) for key, item in sorted(value.items())))
    return ("cents", _cents(value))


def same(left: JsonValue, right: JsonValue) -> bool:
    """Whether a grader must not tell the two apart."""
    return canonical(left) == canonical(right)


def _cents(number: int | float) -> int | str:
    cents = number * 100
    if isinstance(cents, float) and not math.isfinite(cents):
        return str(number)
    return round(cents)
