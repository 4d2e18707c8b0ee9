"""Wordings: how a right reply may spell a value, to find the value in it and to put another in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from atlas.core.json import JsonValue
from atlas.core.tasks import Fact

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DATE_FORMS = ("%Y-%m-%d", "%B %-d, %Y", "%b %-d, %Y", "%-d %B %Y", "%-d %b %Y", "%m/%d/%Y", "%-m/%-d/%Y", "%B %-d")


def places(fact: Fact, text: str) -> list[str]:
    """The wordings of `fact` that stand in `text` as a whole, longest first; none where it is put otherwise."""
    return [form for form in sorted(_forms(fact), key=lambda form: (-len(form), form)) if _at(form).search(text)]


def without(wording: str, text: str) -> str:
    """`text` with the wording left out wherever it stands."""
    return " ".join(_at(wording).sub("", text).split())


def with_other(wording: str, other: str, text: str) -> str:
    """`text` with `other` wherever the wording stands."""
    return _at(wording).sub(lambda found: other, text)


def near(fact: Fact, wording: str) -> Iterator[str]:
    """Wrong values close to the right one, worded as it is worded; none for names and texts."""
    match fact.kind:
        case "money" | "number":
            value = Decimal(fact.value)
            for other in (value + 1, value - 1, value * 10 if value else Decimal(10)):
                yield from _like(wording, value, other)
        case "date":
            day = date.fromisoformat(fact.value)
            form = next(form for form in _DATE_FORMS if day.strftime(form) == wording)
            others = (day + timedelta(days=1), day - timedelta(days=1), day + timedelta(days=31))
            yield from (other.strftime(form) for other in others)


def fact_of(value: JsonValue) -> Fact | None:
    """An argument of a call as the fact that a reply would state; None for what is no plain value."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if not isinstance(value, str):
        return Fact("money" if value >= 1000 else "number", f"{value:.2f}" if value >= 1000 else f"{value:g}")
    try:
        return Fact("date", date.fromisoformat(value).isoformat())
    except ValueError:
        return Fact("text", value)


def _forms(fact: Fact) -> Iterator[str]:
    match fact.kind:
        case "money" | "number":
            yield from _number_forms(fact.value)
        case "date":
            yield from (date.fromisoformat(fact.value).strftime(form) for form in _DATE_FORMS)
        case _:
            yield fact.value
            yield fact.value[:1].upper() + fact.value[1:]


def _number_forms(text: str) -> Iterator[str]:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return
    for spelled in (f"{value:,.2f}", f"{value:.2f}", f"{value.normalize():,f}", f"{value.normalize():f}"):
        yield from (f"${spelled}", f"{spelled}%", spelled)
    if value == value.to_integral_value() and 0 <= value < len(_COUNTS):
        yield from (_COUNTS[int(value)], _COUNTS[int(value)].capitalize())


def _like(wording: str, value: Decimal, other: Decimal) -> Iterator[str]:
    """`other` in the form in which `wording` gives `value`."""
    forms = zip(_number_forms(str(value)), _number_forms(str(other)), strict=False)
    yield from dict.fromkeys(theirs for ours, theirs in forms if ours == wording and theirs != ours)


def _at(wording: str) -> re.Pattern[str]:
    """The wording as a whole: not inside a word, a number, an address or a code."""
    return re.compile(rf"(?<![\w$@.])(?<!\d,){re.escape(wording)}(?![\w%@])(?!,\d)(?!\.\w)")
