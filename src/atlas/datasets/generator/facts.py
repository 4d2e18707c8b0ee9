"""Facts in canonical form, and whether a text states them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from atlas.core.tasks import Fact
from atlas.datasets import spoken
from atlas.datasets.generator.speech import long_date, money


def text(value: str) -> Fact:
    return Fact("text", value)


def texts(*values: str) -> tuple[Fact, ...]:
    return tuple(map(text, values))


def name(value: str) -> Fact:
    return Fact("name", value)


def names(values: Iterable[str]) -> tuple[Fact, ...]:
    return tuple(map(name, values))


def dollars(amount: float) -> Fact:
    return Fact("money", f"{amount:.2f}")


def number(value: float) -> Fact:
    return Fact("number", f"{value:.10g}")


def day(value: str | None) -> Fact:
    """Raises `ValueError` for a missing or malformed date."""
    return Fact("date", date.fromisoformat(value or "").isoformat())


def stated(fact: Fact, reply: str) -> bool:
    """Whether a golden reply holds the fact in the one form that golden replies use."""
    if fact.kind == "money":
        return re.search(rf"(?<![\d,.]){re.escape(money(float(fact.value)))}(?![\d]|[.,]\d)", reply) is not None
    if fact.kind == "date":
        return long_date(date.fromisoformat(fact.value)) in reply or fact.value in reply
    if fact.kind == "number":
        return re.search(rf"(?<![\d$,.]){re.escape(fact.value)}(?![\d]|[.,]\d)", reply) is not None
    return fact.value.lower() in reply.lower()


def told(fact: Fact, said: str, today: date) -> bool:
    """Whether users have said the fact, in any form that they type, in `said`."""
    if fact.kind in ("money", "number"):
        return float(fact.value) in spoken.numbers(said)
    if fact.kind == "date":
        return fact.value in map(str, spoken.dates(said, today))
    return fact.value.lower() in said.lower()
