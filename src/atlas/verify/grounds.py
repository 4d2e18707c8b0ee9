"""Grounds: all that was said and seen up to a turn, so that a reply which speaks of anything else can be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from atlas.core.json import JsonValue, dumps
from atlas.core.trajectory import Turn
from atlas.core.transcript import calls_of
from atlas.verify.dates import dates_in
from atlas.verify.numbers import cents, numbers_in
from atlas.verify.text import plain, without
from atlas.verify.vocabulary import Vocabulary, speaks_of


@dataclass(frozen=True, slots=True)
class Grounds:
    """Everything that the agent was told or shown: as text, and its amounts and days."""

    text: str
    amounts: frozenset[Decimal]
    days: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, turns: Sequence[Turn], right: str) -> Grounds:
        """What stands in the requests and calls of `turns`, up to the one asked about, and in its right reply."""
        told = [text for turn in turns for text in (turn.request, dumps(calls_of(turn)))]
        text = " ".join(plain("\n".join([*told, right])).split())
        results = [value for turn in turns for value in _leaves(calls_of(turn))]
        amounts = {cents(Decimal(str(value))) for value in results if isinstance(value, int | float)}
        days = {day for value in results if isinstance(value, str) for day in _days(value)}
        said = [_mentions(one) for one in (*(turn.request for turn in turns), right)]
        return cls(
            text,
            frozenset(amounts.union(*(numbers for numbers, _ in said))),
            frozenset(days.union(*(dates for _, dates in said))),
        )

    def missing(self, reply: str, vocabulary: Vocabulary) -> Iterator[str]:
        """What `reply` speaks of without ground: amounts (unless they add up from known ones), days and names."""
        amounts, days = _mentions(reply, unit="money")
        yield from (f"amount {amount}" for amount in sorted(amounts) if not self._follows(amount))
        yield from (f"day {month:02}-{day:02}" for month, day in sorted(days - self.days))
        for column, texts in sorted(vocabulary.spoken(reply).items()):
            telling = (text for text in texts if any(c.isspace() or c.isdigit() or c == "@" for c in text))
            yield from (f"{text!r} ({column})" for text in sorted(telling) if not speaks_of(self.text, text))

    def _follows(self, amount: Decimal) -> bool:
        if amount in self.amounts:
            return True
        return any(amount - known in self.amounts or amount + known in self.amounts for known in self.amounts)


# Requests and right replies are read again for every trajectory of their task.
@lru_cache(maxsize=4_096)
def _mentions(text: str, unit: str | None = None) -> tuple[frozenset[Decimal], frozenset[tuple[int, int]]]:
    """The amounts (of a unit, where one is given) and the days (month, day) in a text."""
    bare = plain(text)
    dates = dates_in(bare)
    numbers = numbers_in(without(bare, [(mention.start, mention.end) for mention in dates]))
    amounts = frozenset(cents(mention.value) for mention in numbers if unit in (None, mention.unit))
    return amounts, frozenset((mention.month, mention.day) for mention in dates)


def _leaves(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    elif not isinstance(value, bool):
        yield value


def _days(value: str) -> Iterator[tuple[int, int]]:
    """The day of an ISO date or timestamp."""
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return
    yield day.month, day.day
