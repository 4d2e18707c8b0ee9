"""Dates in words: "2026-04-17", "April 17, 2026", "Apr 17", "end of March", "next Friday", "in three weeks"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from atlas.models.offline.grammar.money import number_word

_MONTHS = [
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
]
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)(?!\w)"
)
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?-i:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun))\b"
_ORDINAL = r"(?:st|nd|rd|th)?"
_COUNT = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|thirty|"
    r"forty-five|sixty|ninety|a couple of|another|a full)"
)
_UNIT = r"(?:days?|weeks?|fortnights?|months?|quarters?|years?)\b"


@dataclass(frozen=True, slots=True)
class DateFound:
    """A day named in a text. `value` is None when no such day exists ("April 31")."""

    start: int
    end: int
    value: date | None


@dataclass(frozen=True, slots=True)
class Period:
    """A first and a last day, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in days or calendar months, one of them zero."""

    days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        """The day this much later than `day`; a month ends no later than its last day."""
        return add_months(day, self.months) + timedelta(days=self.days)

    def before(self, day: date) -> date:
        """The day this much earlier than `day`."""
        return add_months(day, -self.months) - timedelta(days=self.days)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def find_dates(text: str, today: date) -> Iterator[DateFound]:
    """Days named in `text`, relative ones counted from `today`. Matches may overlap: earlier ones are surer."""
    for pattern, reader in _PATTERNS:
        for found in pattern.finditer(text):
            yield DateFound(found.start(), found.end(), reader(found, today))


def find_durations(text: str) -> Iterator[tuple[int, int, Duration]]:
    """Lengths of time: "two weeks", "30 days", "a month"."""
    for found in _DURATION.finditer(text):
        yield found.start(), found.end(), _duration(found["count"], found["unit"])


def find_periods(text: str, today: date) -> Iterator[tuple[int, int, Period]]:
    """Months, quarters and years: "in March", "next quarter", "Q3", "this year"."""
    for found in _NAMED_PERIOD.finditer(text):
        yield found.start(), found.end(), _period(found["which"], found["unit"], today)
    for found in _QUARTER_PERIOD.finditer(text):
        month = int(found["q"]) * 3
        last = _month_of(month, found["year"], today).last
        yield found.start(), found.end(), Period(add_months(last.replace(day=1), -2), last)
    for found in _MONTH_PERIOD.finditer(text):
        yield found.start(), found.end(), _month_of(_month_number(found["month"]), found["year"], today)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_number(text: str) -> int:
    return next(n for n, name in enumerate(_MONTHS, start=1) if name.startswith(text.lower()[:3]))


def _month_of(month: int, year: str | None, today: date) -> Period:
    """That month; without a year the current one or the next to come."""
    chosen = int(year) if year else today.year + (month < today.month)
    return Period(date(chosen, month, 1), date(chosen, month, monthrange(chosen, month)[1]))


def _period(which: str, unit: str, today: date) -> Period:
    """The week (Monday first), month, quarter or year that `which` ("this", "next", "last") means."""
    shift = (
        1 if re.search("next|coming|following", which, re.I) else -1 if re.search("last|past", which, re.I) else 0
    )
    if unit.lower() == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
        return Period(monday, monday + timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": 12}[unit.lower()]
    month = (today.month - 1) // months * months + 1
    first = add_months(date(today.year, month, 1), shift * months)
    return Period(first, add_months(first, months) - timedelta(days=1))


def _duration(count: str, unit: str) -> Duration:
    text = count.lower()
    number = int(text) if text.isdigit() else 2 if "couple" in text else number_word(text) or 1
    word = unit.lower().rstrip("s")
    days = {"day": 1, "week": 7, "fortnight": 14}.get(word)
    if days:
        return Duration(days=days * number)
    return Duration(months={"month": 1, "quarter": 3, "year": 12}[word] * number)


def _coming(month: int, day: int, today: date) -> date | None:
    """That day this year, or next year when it has passed."""
    this_year = _valid(today.year, month, day)
    if this_year is not None and this_year >= today:
        return this_year
    return _valid(today.year + 1, month, day)


def _iso(m: re.Match[str], today: date) -> date | None:
    return _valid(int(m[1]), int(m[2]), int(m[3]))


def _slashed(m: re.Match[str], today: date) -> date | None:
    first, second, year = int(m[1]), int(m[2]), int(m[3])
    return _valid(year, second, first) if first > 12 else _valid(year, first, second)


def _day_and_month(m: re.Match[str], today: date) -> date | None:
    month, day = _month_number(m["month"]), int(m["day"])
    return _valid(int(m["year"]), month, day) if m["year"] else _coming(month, day, today)


def _month_end(m: re.Match[str], today: date) -> date | None:
    return _month_of(_month_number(m["month"]), m["year"], today).last


def _in_month(m: re.Match[str], today: date) -> date | None:
    month, day = _month_number(m["month"]), 15 if "mid" in m[0].lower() else 1
    return date(int(m["year"]), month, day) if m["year"] else _coming(month, day, today)


def _period_end(m: re.Match[str], today: date) -> date | None:
    return _period(m["which"] or "this", m["unit"], today).last


def _quarter_end(m: re.Match[str], today: date) -> date | None:
    return _month_of(int(m["q"]) * 3, m["year"], today).last


def _weekday(m: re.Match[str], today: date) -> date | None:
    wanted = next(n for n, name in enumerate(_DAYS) if name.startswith(m["day"].lower()[:3]))
    if (m["which"] or "").lower() in ("last", "past", "previous"):
        return today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1 + (7 if m["week"] else 0))


def _from_now(m: re.Match[str], today: date) -> date | None:
    return _duration(m["count"], m["unit"]).after(today)


def _ago(m: re.Match[str], today: date) -> date | None:
    return _duration(m["count"], m["unit"]).before(today)


def _named_day(m: re.Match[str], today: date) -> date | None:
    word = m[0].lower()
    return today + timedelta(days=2 if "after" in word else {"today": 0, "tomorrow": 1, "yesterday": -1}[word])


_Reader = Callable[[re.Match[str], date], date | None]
_YEAR = r"(?:,?\s*(?P<year>\d{4})(?!\d))?"
_THE = r"\b(?:the )?"
_WHICH = r"(?:(?:the|this|the current|(?P<which>(?:the )?(?:next|coming|following|last|past)))\s)?"
_PATTERNS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (r"(?<![\d-])(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?![\d-])", _iso),
        (r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?!\d)", _slashed),
        (rf"{_THE}(?:end|last day|close)(?: of)? (?P<month>{_MONTH}){_YEAR}", _month_end),
        (rf"{_THE}(?:start|beginning|first day|first|middle) of (?P<month>{_MONTH}){_YEAR}", _in_month),
        (rf"\bmid[- ](?P<month>{_MONTH}){_YEAR}", _in_month),
        (rf"\b(?P<month>{_MONTH})\s+(?:the\s+)?(?P<day>\d{{1,2}}){_ORDINAL}\b(?!%){_YEAR}", _day_and_month),
        (rf"{_THE}(?P<day>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?(?P<month>{_MONTH}){_YEAR}", _day_and_month),
        (rf"{_THE}(?:end|close|last day) of {_WHICH}(?P<unit>week|month|quarter|year)\b", _period_end),
        (r"\b(?P<which>)(?P<unit>month|quarter|year)[- ]end\b", _period_end),
        (rf"{_THE}(?:end|close|last day) of Q(?P<q>[1-4]){_YEAR}", _quarter_end),
        (rf"\b(?P<count>{_COUNT})\s(?P<unit>{_UNIT}) from (?:now|today)\b", _from_now),
        (rf"\b(?:in|within) (?P<count>{_COUNT})\s(?P<unit>{_UNIT})(?:'s?)?(?: time\b)?", _from_now),
        (rf"\b(?P<count>{_COUNT})\s(?P<unit>{_UNIT}) ago\b", _ago),
        (
            rf"\b(?:(?P<which>next|this|coming|this coming|last|past|previous)\s)?(?P<day>{_DAY})(?P<week> "
            rf"week\b)?",
            _weekday,
        ),
        (r"\b(?:the day after tomorrow|tomorrow|today|yesterday)\b", _named_day),
    )
)
_DURATION = re.compile(
    rf"\b(?P<count>{_COUNT})[\s-](?:(?:more|extra|additional|further|full|whole)\s)?(?P<unit>{_UNIT})",
    re.IGNORECASE,
)
_MONTH_PERIOD = re.compile(
    rf"(?:(?<=\bin )|(?<=\bby )|(?<=\bduring ))(?P<month>{_MONTH})(?:\s+(?P<year>\d{{4}}))?", re.IGNORECASE
)
_QUARTER_PERIOD = re.compile(
    r"(?:(?<=\bin )|(?<=\bduring )|(?<=\bfor )|(?<=\bthis ))Q(?P<q>[1-4])\b(?!\s[A-Z])(?:\s*(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_NAMED_PERIOD = re.compile(
    r"\b(?P<which>(?:the )?(?:this|next|last|current|coming))\s(?P<unit>week|month|quarter|year)\b", re.IGNORECASE
)
