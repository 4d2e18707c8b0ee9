"""Mutations of a write's arguments: another record, a near amount or date, another value of an enumeration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from atlas.core.json import JsonValue
from atlas.core.tasks import ExpectedCall
from atlas.verify.mutants.records import Records
from atlas.verify.mutants.script import Mutant, Original, some

MOST_RECORDS = 3
"""How many other records are put in the place of one."""


def wrong_record(original: Original, draw: Random) -> Iterator[Mutant]:
    """A record of the same table in place of the right one."""
    records = Records.of(original)

    def others(call: ExpectedCall, name: str, value: JsonValue) -> list[JsonValue]:
        candidates = records.others(value) if isinstance(value, str) else []
        return [*some(candidates, MOST_RECORDS, draw)]

    return _replaced("wrong_record", original, others)


def wrong_amount(original: Original, draw: Random) -> Iterator[Mutant]:
    """A number that is off by one, either way, or by a factor of ten."""
    return _replaced("wrong_amount", original, lambda call, name, value: _near_numbers(value))


def wrong_date(original: Original, draw: Random) -> Iterator[Mutant]:
    """A date that is off by one day, either way, or by a year."""
    return _replaced("wrong_date", original, lambda call, name, value: [*_near_dates(value)])


def wrong_enum(original: Original, draw: Random) -> Iterator[Mutant]:
    """Every other value of an enumeration."""

    def others(call: ExpectedCall, name: str, value: JsonValue) -> list[JsonValue]:
        allowed: list[JsonValue] = _schema(original, call, name).get("enum", [])
        return [other for other in allowed if other != value]

    return _replaced("wrong_enum", original, others)


def _replaced(
    operator: str, original: Original, others: Callable[[ExpectedCall, str, JsonValue], list[JsonValue]]
) -> Iterator[Mutant]:
    """Each argument of each write that went through, replaced by each of `others` in turn."""
    for number, turn in enumerate(original.script, 1):
        for place, call in enumerate(turn.calls):
            if not (original.writes(call) and original.succeeded(number, place)):
                continue
            for name, value in sorted(call.arguments.items()):
                for other in others(call, name, value):
                    changed = replace(call, arguments=call.arguments | {name: other})
                    script = original.with_calls(number, *turn.calls[:place], changed, *turn.calls[place + 1 :])
                    yield Mutant(operator, number, f"{call.tool}: {name} {other!r} instead of {value!r}", script)


def _schema(original: Original, call: ExpectedCall, name: str) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = original.specs[call.tool].parameters["properties"].get(name, {})
    return found


def _near_numbers(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return []
    return [value + 1, value - 1, value * 10]


def _near_dates(value: JsonValue) -> Iterator[JsonValue]:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return
    if day is not None:
        yield from ((day + timedelta(days=days)).isoformat() for days in (1, -1, 365))
