"""Dates in words, relative to Monday 2026-03-02."""

from __future__ import annotations

from datetime import date

import pytest

from atlas.models.offline.grammar.dates import Duration, add_months, find_dates, find_durations, find_periods

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-17", "2026-04-17"),
        ("April 17, 2026", "2026-04-17"),
        ("17 April 2026", "2026-04-17"),
        ("the 17th of April", "2026-04-17"),
        ("Apr 17", "2026-04-17"),
        ("Feb 6", "2027-02-06"),
        ("29 February", None),
        ("03/15/2026", "2026-03-15"),
        ("25.12.2026", "2026-12-25"),
        ("end of March", "2026-03-31"),
        ("the last day of February", "2027-02-28"),
        ("the end of the month", "2026-03-31"),
        ("end of next quarter", "2026-06-30"),
        ("end of Q3", "2026-09-30"),
        ("mid-April", "2026-04-15"),
        ("next Friday", "2026-03-06"),
        ("in three weeks", "2026-03-23"),
        ("two weeks from today", "2026-03-16"),
        ("tomorrow", "2026-03-03"),
        ("last Friday", "2026-02-27"),
        ("April 31", None),
        ("2026-02-30", None),
    ],
)
def test_reads_a_day(text: str, day: str | None) -> None:
    found = next(find_dates(f"close it by {text}, please", TODAY))
    assert found.value == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize("text", ["Harbor Renewal 2026", "phase 2", "may I ask", "sat on it", "version 1.2"])
def test_sees_no_day_where_there_is_none(text: str) -> None:
    assert list(find_dates(text, TODAY)) == []


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("two weeks", Duration(days=14)),
        ("30 days", Duration(days=30)),
        ("a month", Duration(months=1)),
        ("three more weeks", Duration(days=21)),
        ("a quarter", Duration(months=3)),
    ],
)
def test_reads_a_length_of_time(text: str, length: Duration) -> None:
    assert [found[2] for found in find_durations(f"by {text}")] == [length]


def test_reads_periods_and_counts_months_to_their_last_day() -> None:
    ((_, _, june),) = find_periods("which deals close in June?", TODAY)
    ((_, _, quarter),) = find_periods("closing next quarter", TODAY)
    assert (june.first, june.last) == (date(2026, 6, 1), date(2026, 6, 30))
    assert (quarter.first, quarter.last) == (date(2026, 4, 1), date(2026, 6, 30))
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
