"""Dates in every usual form, and what is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.verify.dates import dates_in

DAY = date(2026, 4, 17)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-17",
        "2026/04/17",
        "2026-04-17T09:00:00+00:00",
        "April 17, 2026",
        "April 17 2026",
        "APRIL 17, 2026",
        "april 17",
        "Apr. 17, 2026",
        "Apr 17th",
        "April the 17th",
        "April 17 of 2026",
        "17 Apr 2026",
        "17-Apr-2026",
        "17th of April, 2026",
        "17 April",
        "4/17/2026",
        "04/17/26",
        "17/04/2026",
        "both 2026-03-02 and 2026-04-17",
        "closes Friday, April 17.",
    ],
)
def test_forms_of_one_day(text: str) -> None:
    assert any(mention.is_day(DAY) for mention in dates_in(text))


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-18",
        "2025-04-17",
        "April 17, 2025",
        "April 7, 2026",
        "May 17, 2026",
        "April 2026",
        "the 17th",
        "2026-04-171",
        "12026-04-17",
        "code X-2026-04-17",
        "4/17",
        "February 30th",
    ],
)
def test_other_days_and_no_days(text: str) -> None:
    assert not any(mention.is_day(DAY) for mention in dates_in(text))


def test_the_verb_may_is_no_month() -> None:
    assert dates_in("all 3 may be late") == ()
    assert len(dates_in("3 May and May 4")) == 2


def test_slashes_are_month_first_unless_only_day_first_is_possible() -> None:
    mentions = dates_in("4/5/2026, 13/4/2026, 12/11/2026")
    assert [(mention.month, mention.day) for mention in mentions] == [(4, 5), (4, 13), (12, 11)]


def test_impossible_days_are_no_dates() -> None:
    assert dates_in("2026-13-01, 2026-00-10, 2026-01-32, 13/32/2026") == ()


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_as_itself_only(day: date, other: date) -> None:
    forms = (f"{day}", f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}", f"{day:%m/%d/%Y}")
    for form in forms:
        mentions = dates_in(f"It closes on {form}.")
        assert [mention.is_day(day) for mention in mentions] == [True]
        assert mentions[0].is_day(other) == (day == other)
