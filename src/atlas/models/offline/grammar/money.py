"""Money and percentages in words: "$48,500", "48.5k", "USD 48,500", "1.2 million", "60 percent"."""

from __future__ import annotations

import re
from decimal import Decimal

_SCALES = {
    "k": 1_000,
    "grand": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "mm": 1_000_000,
    "mil": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
}
_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TEENS = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: n for n, word in enumerate([*_UNITS, *_TEENS])} | {w: 20 + 10 * n for n, w in enumerate(_TENS)}
_SPOKEN = "|".join(sorted(_SMALL, key=len, reverse=True))
_SCALE = r"(?:k|grand|thousand|mm|mil|mn|million|m|bn|billion)"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CURRENCY = r"(?:US\$|USD|usd|EUR|GBP|[$€£])"

MONEY = re.compile(
    rf"(?<![\w.])(?P<minus>-|minus |negative )?{_CURRENCY}\s?(?P<minus2>-|minus "
    rf")?(?P<a>{_NUMBER})(?:\s?(?P<as>{_SCALE})\b)?"
    rf"|(?<![\w.])(?P<minus3>-|minus |negative )?(?P<b>{_NUMBER})\s?(?P<bs>{_SCALE})\b(?:\s?(?:dollars?|bucks|"
    rf"usd|USD))?"
    rf"|(?<![\w.])(?P<minus4>-|minus |negative )?(?P<c>{_NUMBER})\s?(?:dollars?|bucks|usd|USD|EUR|euros?)\b"
    rf"|\b(?P<spoken>(?:half a|a quarter of a|(?:(?:{_SPOKEN}|hundred|and|a)[\s-])+)(?:\s?(?P<ss>thousand|"
    rf"million|grand)))\b"
    r"(?:\s?(?:dollars?|bucks))?",
    re.IGNORECASE,
)
"""Text that can only be money: a currency, a scale, or both."""

GROUPED = re.compile(r"(?<![\w.])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w%])")
PERCENT = re.compile(
    r"(?<![\w.])(?P<minus>-|negative )?(?P<n>\d+(?:\.\d+)?)\s?(?:%|percent\b|per cent\b|pct\b|percentage "
    r"points?\b|points?\b)"
    rf"|\b(?P<spoken>(?:{_SPOKEN})(?:[\s-](?:{_SPOKEN}))?|a hundred|one hundred)\s?(?:percent|per cent|pct|"
    rf"percentage points)\b",
    re.IGNORECASE,
)


def money_of(found: re.Match[str]) -> Decimal:
    """The value of a match of `MONEY`."""
    if found["spoken"]:
        return _spoken_money(found["spoken"].lower())
    number = Decimal((found["a"] or found["b"] or found["c"]).replace(",", ""))
    scale = (found["as"] or found["bs"] or "").lower()
    value = number * _SCALES.get(scale, 1)
    return -value if any(found[name] for name in ("minus", "minus2", "minus3", "minus4")) else value


def bare(text: str) -> Decimal:
    """The value of a number written with or without thousands separators."""
    return Decimal(text.replace(",", ""))


def percent_of(found: re.Match[str]) -> Decimal:
    """The value of a match of `PERCENT`, in percent."""
    if found["n"]:
        return Decimal(found["n"]) * (-1 if found["minus"] else 1)
    spoken = found["spoken"].lower()
    return Decimal(100) if spoken.endswith("hundred") else Decimal(number_word(spoken))


def number_word(text: str) -> int:
    """ "twenty-five" as 25; a sum of the words it knows."""
    return sum(_SMALL.get(word, 0) for word in re.split(r"[\s-]+", text.lower()))


def _spoken_money(text: str) -> Decimal:
    words = re.split(r"[\s-]+", text.strip())
    scale = _SCALES[words[-1]]
    if text.startswith("half a"):
        return Decimal(scale) / 2
    if text.startswith("a quarter of a"):
        return Decimal(scale) / 4
    total = 0
    for word in words[:-1]:
        if word == "hundred":
            total = max(total, 1) * 100
        elif word == "a":
            total += 0 if "hundred" in words else 1
        else:
            total += _SMALL.get(word, 0)
    return Decimal(max(total, 1) * scale)
