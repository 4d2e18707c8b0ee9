"""Known names: what the records of one session call themselves, so that no lesson repeats it."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.core.json import JsonValue
from atlas.core.session import Played

_NAMING = ("name", "email", "owner")


def names_in(played: Played) -> frozenset[str]:
    """Every text that a tool returned, in any attempt, under a field that names somebody or something."""
    results = (
        result.value for attempt in played.attempts for step in attempt.turn.steps for result in step.results
    )
    return frozenset(name for value in results for name in _names(value))


def _names(value: JsonValue) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        for field, item in value.items():
            if isinstance(item, str) and field.endswith(_NAMING):
                yield item
            else:
                yield from _names(item)
