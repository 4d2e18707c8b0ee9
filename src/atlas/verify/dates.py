"""Dates that a text states, in any usual English form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# "may" in lower case is nearly always the verb ("all 3 may be late"), so only it must be capitalised.
_MONTH = (
    r"(?P<month>(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)|May|MAY)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?i:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"

_FORMS = (
    re.compile(r"(?<!\w)(?<!\w-)(?P<year>\d{4})(?P<mark>[-/])(?P<number>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"),
    re.compile(rf"(?<!\w){_MONTH}\s+(?:the\s+)?{_DAY}(?:(?:,\s*|\s+)(?:of\s+)?{_YEAR})?"),
    re.compile(rf"(?<!\w)(?<!\w[.,-]){_DAY}(?:\s+(?:of\s+)?|-){_MONTH}(?:(?:,\s*|\s+|-){_YEAR})?"),
    re.compile(r"(?<![\w/])(?P<number>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d\d)(?![\w/])"),
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text. `year` is None where the text names only day and month."""

    year: int | None
    month: int
    day: int
    start: int
    end: int

    def is_day(self, day: date) -> bool:
        """Whether this can be `day`: without a year, day and month decide."""
        return (self.month, self.day) == (day.month, day.day) and self.year in (None, day.year)


def dates_in(text: str) -> tuple[DateMention, ...]:
    """Every date in plain text, for example "2026-04-17", "April 17, 2026", "17 Apr 2026", "4/17/2026", "Apr 17th".

    Numeric dates with slashes are month first, unless only day first is possible.
    """
    return tuple(_mentions(text))


def _mentions(text: str) -> Iterator[DateMention]:
    for form in _FORMS:
        for found in form.finditer(text):
            parts = found.groupdict()
            day = int(parts["day"])
            month = _MONTHS.index(parts["month"][:3].lower()) + 1 if "month" in parts else int(parts["number"])
            if month > 12 and form is _FORMS[-1]:
                month, day = day, month
            if 1 <= month <= 12 and 1 <= day <= 31:
                yield DateMention(_full_year(parts["year"]), month, day, found.start(), found.end())


def _full_year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) + 2000 if len(text) == 2 else int(text)
