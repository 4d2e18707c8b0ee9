"""Queries: the answer of each act on a table that can be reckoned by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from atlas.datasets.gaia.files.sheets import Cell
from atlas.datasets.gaia.generator.domain import Column
from atlas.datasets.gaia.generator.query import Act, Condition, Query, Test

NAME, KIND = Column("Name", "label"), Column("Kind", "category", ("x", "y"))
DAY, END = Column("Day", "date"), Column("End", "later")
COUNT = Column("Count", "whole", unit="kg", asked_in="tonnes", per=1000)
PRICE = Column("Price", "money")
ROWS: list[dict[str, Cell]] = [
    {"Name": name, "Kind": kind, "Day": date(2026, month, day), "End": date(2026, month, day + 2 * place),
     "Count": count, "Price": Decimal(price)}
    for place, (name, kind, month, day, count, price) in enumerate(
        [("a", "x", 1, 5, 10, "1.50"), ("b", "x", 1, 20, 30, "2.00"), ("c", "y", 2, 1, 20, "0.25"),
         ("d", "x", 2, 10, 25, "4.00"), ("e", "y", 3, 1, 15, "3.00")]
    )
]  # fmt: skip
X = Condition(KIND, "is", "x")


@pytest.mark.parametrize(
    ("act", "columns", "answer"),
    [
        ("sum", (COUNT,), "65"),
        ("count", (), "3"),
        ("median", (COUNT,), "25"),
        ("highest", (NAME, COUNT), "b"),
        ("lowest", (NAME, COUNT), "a"),
        ("distinct", (KIND,), "1"),
        ("product", (COUNT, PRICE), "175"),
        ("list", (NAME,), "a, b, d"),
    ],
)
def test_acts(act: Act, columns: tuple[Column, ...], answer: str) -> None:
    assert Query(act, columns, (X,)).answer(ROWS) == answer


def test_numbers_in_the_form_asked_for() -> None:
    assert Query("mean", (COUNT,), (X,), decimals=2).answer(ROWS) == "21.67"
    assert Query("sum", (COUNT,), (X,), decimals=2, larger_unit=True).answer(ROWS) is None, "0.065 is on the edge"
    assert Query("sum", (COUNT,), (X,), decimals=1, larger_unit=True).answer(ROWS) == "0.1"
    assert Query("percentage", (), (X,), decimals=0).answer(ROWS) == "60"
    assert Query("days", (DAY, END), (X,), decimals=1).answer(ROWS) == "2.7"
    assert Query("first", (NAME, COUNT), (X,), how_many=2).answer(ROWS) == "b, d"


def test_groups() -> None:
    every = Condition(COUNT, "at least", 15)
    assert Query("top group", (KIND, COUNT), (every,)).answer(ROWS) == "x"
    assert Query("commonest", (KIND,), (every,)).answer(ROWS) is None, "two of each"


@pytest.mark.parametrize(
    ("test", "column", "value", "until", "names"),
    [
        ("is not", KIND, "y", None, "a, b, d"),
        ("above", COUNT, 15, None, "b, c, d"),
        ("at least", COUNT, 15, None, "b, c, d, e"),
        ("below", COUNT, 25, None, "a, c, e"),
        ("since", DAY, date(2026, 2, 1), None, "c, d, e"),
        ("before", DAY, date(2026, 2, 10), None, "a, b, c"),
        ("between", DAY, date(2026, 1, 20), date(2026, 2, 10), "b, c, d"),
    ],
)
def test_tests(test: Test, column: Column, value: Cell, until: date | None, names: str) -> None:
    assert Query("list", (NAME,), (Condition(column, test, value, until),)).answer(ROWS) == names


def test_questions_that_would_have_no_one_answer() -> None:
    assert Query("sum", (COUNT,), (Condition(DAY, "in month", date(2026, 1, 1)),)).answer(ROWS) is None, "two rows"
    assert Query("sum", (COUNT,), (Condition(COUNT, "above", 1),)).answer(ROWS) is None, "no condition at all"
    same = [row | {"Count": 10} for row in ROWS]
    assert Query("highest", (NAME, COUNT), (X,)).answer(same) is None
    assert Query("first", (NAME, COUNT), (X,), how_many=2).answer(same) is None
