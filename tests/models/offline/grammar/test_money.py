"""Money and percentages in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from atlas.models.offline.grammar.money import MONEY, PERCENT, money_of, percent_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$48,500", "48500"),
        ("USD 48,500", "48500"),
        ("48.5k", "48500"),
        ("$1.2M", "1200000"),
        ("1.2 million", "1200000"),
        ("48,500 dollars", "48500"),
        ("half a million", "500000"),
        ("twenty-five thousand dollars", "25000"),
        ("-$54,650", "-54650"),
        ("$0", "0"),
        ("$7,172.50", "7172.50"),
    ],
)
def test_reads_money(text: str, value: str) -> None:
    (found,) = MONEY.finditer(f"make it {text}, please")
    assert money_of(found) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value"), [("60%", "60"), ("60 percent", "60"), ("62.5 %", "62.5"), ("sixty percent", "60")]
)
def test_reads_percentages(text: str, value: str) -> None:
    (found,) = PERCENT.finditer(f"at {text} now")
    assert percent_of(found) == Decimal(value)


@pytest.mark.parametrize("text", ["Renewal 2026", "v2", "phase 3", "10 meetings", "Q4"])
def test_sees_no_money_where_there_is_none(text: str) -> None:
    assert MONEY.search(text) is None
    assert PERCENT.search(text) is None
