"""Numbers and amounts in every usual form, and digits that are no number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.verify.numbers import NumberMention, cents, numbers_in


def values(text: str) -> list[str]:
    return [f"{mention.value.normalize():f}" for mention in numbers_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$48,500", "48500"),
        ("It is $48,500.", "48500"),
        ("It is $48,500. So is the other.", "48500"),
        ("$ 48,500.00,", "48500"),
        ("48500.00", "48500"),
        ("USD 48,500", "48500"),
        ("USD48,500", "48500"),
        ("US$48,500", "48500"),
        ("48,500 USD", "48500"),
        ("48.5k", "48500"),
        ("$48.5K!", "48500"),
        ("1.2 million", "1200000"),
        ("$1.2M", "1200000"),
        *(("3m", "3000000"), ("3mm", "3000000"), ("3mn", "3000000")),
        *(("2.5bn", "2500000000"), ("2.5b", "2500000000"), ("2.5 billion", "2500000000")),
        ("12 thousand", "12000"),
        ("12,34,567", "1234567"),
        ("Acme - $500", "500"),
        ("-$500", "-500"),
        ("-500", "-500"),
        ("€75.5", "75.5"),
        ("75 €", "75"),
        ("50%", "50"),
        ("50 percent", "50"),
        ("(4)", "4"),
        ("4 millionaires", "4"),
        ("a 4-page list", "4"),
        ("four deals", "4"),
        ("Twenty", "20"),
        ("one quote", "1"),
        ("no open deals", "0"),
        ("None of them", "0"),
        ("I couldn't find any", "0"),
        ("there is not a single deal; none", "0"),
    ],
)
def test_one_number(text: str, expected: str) -> None:
    assert values(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        *("Q4", "v4", "v1.4", "4.pdf", "file-4", "4th", "4x", "#4", "+4", "A$B4", "4_000", "under_4"),
        *("09:04", "555-0134", "3/4", "1.4.2", "4,850x"),
        *("Phase 4", "version 4", "Option 4"),
        *("this one", "which one", "one of them", "no one", "two hundred", "twenty-one", "four-fold"),
        *("no longer", "No, it is open", "No changes were made", "nothing"),
        "9" * 40,
    ],
)
def test_no_number(text: str) -> None:
    assert values(text) == []


def test_list_enumerators_are_no_numbers() -> None:
    assert values("1. Renewal\n2) Pilot\n  3. Audit") == []
    assert values("4.") == ["4"]


def test_commas_that_separate_numbers() -> None:
    assert values("1, 2 and 3") == ["1", "2", "3"]
    assert values("5,6,7") == ["5", "6", "7"]
    assert values("5,,6") == ["5", "6"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [("$5", "money"), ("5 dollars", "money"), ("5 EUR", "money"), ("5 %", "percent"), ("5", None), ("five", None)],
)
def test_units(text: str, unit: str | None) -> None:
    assert numbers_in(text) == (NumberMention(Decimal(5), unit),)  # type: ignore[arg-type]


def test_cents_round_half_up() -> None:
    assert (cents(Decimal("33.335")), cents(Decimal("33.334"))) == (Decimal("33.34"), Decimal("33.33"))


@given(st.integers(1, 10**11), st.integers(1, 10**6))
def test_an_amount_is_read_as_itself_in_every_form(amount_cents: int, more: int) -> None:
    amount = Decimal(amount_cents) / 100
    forms = (
        f"${amount:,.2f}",
        f"{amount:.2f}",
        f"USD {amount:,.2f}",
        f"{amount / 1000}k",
        f"{amount / 10**6:f} million",
    )
    for form in forms:
        assert [mention.value for mention in numbers_in(f"The total is {form}.")] == [amount]
        assert amount + Decimal(more) / 100 not in [mention.value for mention in numbers_in(form)]


@pytest.mark.parametrize("piece", ["1,", "1.", "$", "-", "no ", "not x ", "4 ", "9", ",", "1-", "twenty "])
def test_long_hostile_text_is_read_in_linear_time(piece: str) -> None:
    """A form that backtracks would keep this running for minutes."""
    numbers_in(piece * 100_000 + "x")
