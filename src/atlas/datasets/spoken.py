"""Spoken values: the numbers and dates a text holds, in the forms that users type."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SCALES = {"k": 1e3, "m": 1e6, "thousand": 1e3, "million": 1e6}

_NUMBER = re.compile(
    r"(?<![\w.])(-)?(?:\$|USD )?(\d[\d,]*(?:\.\d+)?)\s?(k|m|thousand|million)?(?![\w])", re.IGNORECASE
)
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS)
_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_MONTH_DAY = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({_MONTH})\.?(?: (\d{{4}}))?\b", re.IGNORECASE)
_MONTH_END = re.compile(rf"\b(?:end|last day) of ({_MONTH})(?: (\d{{4}}))?\b", re.IGNORECASE)
_SPAN = re.compile(rf"\b(\d+|{'|'.join(WORDS)}) (?:(?:more|extra) )?(day|week)s?\b", re.IGNORECASE)


def numbers(text: str) -> set[float]:
    """Every number in the text: "$48,500", "48.5k", "1.2 million", "60%", "three weeks"."""
    found = {_value(sign, digits, scale) for sign, digits, scale in _NUMBER.findall(text)}
    return found | {float(WORDS.index(word)) for word in re.findall(r"[a-z]+", text.lower()) if word in WORDS}


def dates(text: str, today: date) -> set[date]:
    """Every calendar day in the text; without a year the next such day from `today` on is meant."""
    found = {_day(int(year), int(month), int(day)) for year, month, day in _ISO.findall(text)}
    found |= {_named(month, int(day), year, today) for month, day, year in _MONTH_DAY.findall(text)}
    found |= {_named(month, int(day), year, today) for day, month, year in _DAY_MONTH.findall(text)}
    found |= {_named(month, 0, year, today) for month, year in _MONTH_END.findall(text)}
    found |= {today + span for span in spans(text)}
    return {day for day in found if day is not None}


def spans(text: str) -> set[timedelta]:
    """Every length of time in days or weeks."""
    return {
        timedelta(days=_count(count) * (7 if unit.lower() == "week" else 1)) for count, unit in _SPAN.findall(text)
    }


def _value(sign: str, digits: str, scale: str) -> float:
    value = float(digits.replace(",", "")) * SCALES.get(scale.lower(), 1)
    return -value if sign else round(value, 2)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else WORDS.index(word.lower())


def _named(month: str, day: int, year: str, today: date) -> date | None:
    """A day of a named month; day 0 is the last one."""
    number = next(n for n, name in enumerate(MONTHS, start=1) if name.startswith(month.lower()[:3]))
    years = [int(year)] if year else [today.year, today.year + 1]
    days = [_day(y, number, day or monthrange(y, number)[1]) for y in years]
    return next((found for found in days if found and (year or found >= today)), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
