"""Numbers and amounts of money that a text states, in digits or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["money", "percent"]

_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mm": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9}
_MOST_DIGITS = 15

# The digits are taken whole, by a look ahead: Python before 3.11.5 backtracks into possessive quantifiers.
# A number is a token of its own: the 4 of "Q4", "v1.4", "4.pdf", "09:04", "555-0134", "#4" or "4th" is none.
_NUMBER = re.compile(
    r"""(?: (?<!\w) (?P<minus>-)? (?P<currency>(?:US|CA|AU)?[$€£]|(?:USD|EUR|GBP)(?![a-z])) \s?
          | (?<![\w#+$€£]) (?<!\w[-/:.]) (?<!\d,) (?P<negative>-(?=\d))?
        )
        (?=(?P<digits>\d[\d,]*(?:\.\d+)?))(?P=digits)
        (?P<scale>\s?(?:thousand|million|billion)|k|mm|mn|m|bn|b)?
        (?!\w) (?![-/:.]\d) (?!\.\w)
        (?P<after>\s?%|\s(?:percent|dollars|euros|USD|EUR|GBP)\b|\s?[€£])?""",
    re.VERBOSE | re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_ENUMERATOR = re.compile(r"^[ \t>#-]*\d{1,3}[.)][ \t]+(?=\S)", re.MULTILINE)
_LABEL = re.compile(
    r"\b(?:phase|part|version|option|step|tier|level|round|page|item|no\.|number)\s$", re.IGNORECASE
)

_WORD = re.compile(rf"(?<![\w-])(?P<word>{'|'.join(_WORDS)})(?![\w-])", re.IGNORECASE)
_NOT_A_COUNT_BEFORE = re.compile(
    r"\b(?:this|that|the|which|any|each|every|another|no|twenty|thirty|forty|fifty)\s$", re.I
)
_NOT_A_COUNT_AFTER = re.compile(r"\s(?:of\b|hundred|thousand|million|billion|dozen|half)", re.I)
_ZERO = re.compile(
    r"\bno(?=\s+[a-z])(?!\s+(?:longer|problem|worries|doubt|need|one|matter|way|further|changes?)\b)"
    r"|\bnone\b|(?:\bnot|\bcannot|n't)\s(?:\w+\s){0,2}any\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number in a text. `unit` is None for a bare number, which may be an amount or a count."""

    value: Decimal
    unit: Unit | None


def numbers_in(text: str) -> tuple[NumberMention, ...]:
    """Every number in plain text: "4", "4,850.50", "-3", "$48,500", "48.5k", "1.2 million", "50%", "four", "none".

    Digits inside codes, versions, times, ranges, ordinals and list enumerators are not numbers. Blank out dates
    and names before.
    """
    counted = _ENUMERATOR.sub(lambda found: " " * len(found[0]), text)
    return (*_in_digits(counted), *_in_words(counted))


def cents(value: Decimal) -> Decimal:
    """An amount rounded to cents."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _in_digits(text: str) -> Iterator[NumberMention]:
    for found in _NUMBER.finditer(text):
        if found["currency"] is None and _LABEL.search(text[max(0, found.start() - 10) : found.start()]):
            continue
        sign = -1 if found["minus"] or found["negative"] else 1
        exponent = _SCALES[found["scale"].strip().lower()] if found["scale"] else 0
        for digits in _values(found["digits"].rstrip(",")):
            if len(digits) <= _MOST_DIGITS:
                yield NumberMention(sign * Decimal(digits).scaleb(exponent), _unit(found))


def _values(digits: str) -> list[str]:
    """One number where the commas separate thousands, several where they separate numbers ("1,2,3")."""
    if "," not in digits or _GROUPED.fullmatch(digits):
        return [digits.replace(",", "")]
    return [part for part in digits.split(",") if part]


def _unit(found: re.Match[str]) -> Unit | None:
    after = (found["after"] or "").strip().lower()
    if after in {"%", "percent"}:
        return "percent"
    return "money" if found["currency"] or after else None


def _in_words(text: str) -> Iterator[NumberMention]:
    if _ZERO.search(text):
        yield NumberMention(Decimal(0), None)
    for found in _WORD.finditer(text):
        before, after = text[max(0, found.start() - 9) : found.start()], text[found.end() : found.end() + 10]
        if not _NOT_A_COUNT_BEFORE.search(before) and not _NOT_A_COUNT_AFTER.match(after):
            yield NumberMention(Decimal(_WORDS.index(found["word"].lower())), None)
