"""A reply as a grader reads it: the facts it states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from atlas.core.tasks import Fact
from atlas.verify.dates import DateMention, dates_in
from atlas.verify.denials import denied_at, without_denied_words
from atlas.verify.numbers import NumberMention, cents, numbers_in
from atlas.verify.text import code, is_code, plain, spans, without, words

_CODE_JOINERS = "@.+-"


@dataclass(frozen=True, slots=True)
class Reply:
    """The dates, numbers and text of one reply. `names` are the names a grader knows of, longest first.

    Dates and numbers that the reply denies ("not $5") are left out.
    """

    dates: tuple[DateMention, ...]
    numbers: tuple[NumberMention, ...]
    words: str
    code: str
    names: tuple[str, ...]

    def states(self, fact: Fact) -> bool:
        """Whether the reply holds the fact in any usual form. Raises `ValueError` for a fact that is none.

        A name or text that stands only inside a longer known name does not count, nor does one that is denied.
        """
        match fact.kind:
            case "date":
                day = _day(fact)
                return any(mention.is_day(day) for mention in self.dates)
            case "money":
                amount = cents(_number(fact))
                return any(mention.unit != "percent" and cents(mention.value) == amount for mention in self.numbers)
            case "number":
                number = _number(fact)
                return any(mention.unit != "money" and mention.value == number for mention in self.numbers)
            case "id":
                return self._holds(fact.value, as_code=True)
            case "name" | "text":
                return self._holds(fact.value, as_code=is_code(fact.value))

    def mentions(self, phrase: str) -> bool:
        """Whether the reply holds a phrase, be it denied or not."""
        return bool(spans(self.words, words(plain(phrase)).rstrip(".")))

    def _holds(self, value: str, *, as_code: bool) -> bool:
        fold, text, joiners = (code, self.code, _CODE_JOINERS) if as_code else (words, self.words, "")
        phrase = fold(plain(value)).rstrip(".")
        for name in self.names:
            longer = fold(name).rstrip(".")
            if len(longer) > len(phrase) and spans(longer, phrase, joiners):
                text = without(text, spans(text, longer, joiners))
        return any(not denied_at(text, start) for start, _ in spans(text, phrase, joiners))


def read_reply(text: str, names: Sequence[str]) -> Reply:
    """Read a reply. Digits inside one of `names` ("Pilot Phase 2") and inside dates are not read as numbers."""
    bare = plain(text)
    known = tuple(sorted({plain(name) for name in names}, key=lambda name: (-len(name), name)))
    counted = bare
    for name in known:
        if any(character.isdigit() for character in name):
            counted = re.sub(re.escape(name), " ", counted, flags=re.IGNORECASE)
    dates = dates_in(counted)
    dateless = without(counted, [(mention.start, mention.end) for mention in dates])
    numbers = numbers_in(without_denied_words(dateless))
    stated = tuple(mention for mention in dates if not denied_at(counted, mention.start))
    return Reply(stated, numbers, words(bare), code(bare), known)


def _day(fact: Fact) -> date:
    try:
        return date.fromisoformat(fact.value)
    except ValueError as error:
        raise ValueError(f"the target's date {fact.value!r} is not of the form YYYY-MM-DD") from error


def _number(fact: Fact) -> Decimal:
    try:
        return Decimal(fact.value)
    except InvalidOperation as error:
        raise ValueError(f"the target's {fact.kind} {fact.value!r} is not a plain decimal number") from error
