"""Spoken values: what users type, as numbers and days."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from atlas.datasets import spoken
from atlas.datasets.generator.speech import future_day, spoken_date, spoken_money

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("set it to $48,500", 48_500),
        ("48.5k", 48_500),
        ("$2M", 2_000_000),
        ("1.2 million dollars", 1_200_000),
        ("3 thousand", 3_000),
        ("USD 1,250.75.", 1250.75),
        ("at 60%", 60),
        ("-$500", -500),
        ("three of them", 3),
        ("twelve", 12),
    ],
)
def test_a_number_is_read(text: str, value: float) -> None:
    assert spoken.numbers(text) == {value}


@pytest.mark.parametrize("text", ["v2", "Q4", "nothing here", "someone", "a1b2"])
def test_digits_inside_words_are_no_numbers(text: str) -> None:
    assert spoken.numbers(text) == set()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-17", date(2026, 4, 17)),
        ("April 17, 2027", date(2027, 4, 17)),
        ("Apr 17", date(2026, 4, 17)),
        ("17 April", date(2026, 4, 17)),
        ("17th April 2026", date(2026, 4, 17)),
        ("march 1st", date(2027, 3, 1)),
        ("Mar 2", TODAY),
        ("the end of February", date(2027, 2, 28)),
        ("the last day of February 2028", date(2028, 2, 29)),
        ("three weeks from today", TODAY + timedelta(weeks=3)),
        ("in 10 days", TODAY + timedelta(days=10)),
        ("two more weeks", TODAY + timedelta(weeks=2)),
    ],
)
def test_a_day_is_read(text: str, day: date) -> None:
    assert spoken.dates(text, TODAY) == {day}


@pytest.mark.parametrize("text", ["2026-02-30", "February 30", "may I ask", "31 April 2026", "v2026"])
def test_days_that_do_not_exist_are_not_read(text: str) -> None:
    assert spoken.dates(text, TODAY) == set()


def test_a_leap_day_without_a_year_is_the_next_one_in_sight() -> None:
    assert spoken.dates("February 29", date(2027, 3, 1)) == {date(2028, 2, 29)}


def test_spans() -> None:
    assert spoken.spans("two weeks or 5 extra days") == {timedelta(weeks=2), timedelta(days=5)}
    assert spoken.spans("next year") == set()


def test_everything_the_generator_says_is_read_back() -> None:
    rng = Random("spoken")
    for _ in range(400):
        amount = rng.choice(
            (rng.randint(1, 90) * 100.0, rng.randint(1, 600) * 10_000.0, rng.randint(100, 9**7) / 4)
        )
        assert round(amount, 2) in spoken.numbers(spoken_money(rng, round(amount, 2)))
        day = future_day(rng, TODAY)
        text = spoken_date(rng, day, TODAY)
        assert day in spoken.dates(text, TODAY), text
