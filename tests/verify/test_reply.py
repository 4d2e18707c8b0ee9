"""Which facts a reply states."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.core.tasks import Fact, FactKind
from atlas.verify.reply import read_reply


def states(kind: FactKind, value: str, text: str, *names: str) -> bool:
    return read_reply(text, names).states(Fact(kind, value))


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", "48500.00", "It is worth $48,500."),
        ("money", "48500.00", "around **48.5k** in total"),
        ("money", "1200000.00", "1.2 million"),
        ("money", "33.33", "an average of 33.333"),
        ("money", "-500.00", "a difference of -$500"),
        ("number", "4", "there are four"),
        ("number", "0", "There are no open quotes."),
        ("number", "60", "a probability of 60%"),
        ("date", "2026-04-17", "on Apr 17th"),
        ("date", "2026-04-17", "from 2026-03-02 to 2026-04-17"),
        ("name", "Dana Whitfield", "ask dana\n whitfield's team"),
        ("name", "Smith & Sons", "“Smith and Sons” it is"),
        ("name", "Acme Inc.", "for Acme Inc, of course"),
        ("name", "O'Brien Ltd", "O’Brien Ltd"),
        ("text", "Closed-Won", "it is closed won"),
        ("text", "jane@x.com", "write to Jane@X.com."),
        ("text", "report-q1.pdf", "saved as docs/report-q1.pdf"),
        ("id", "0b5e-77aa", "ID: 0B5E-77AA."),
    ],
)
def test_stated(kind: FactKind, value: str, text: str) -> None:
    assert states(kind, value, text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", "485.00", "$4,850"),
        ("money", "4850.00", "$485"),
        ("money", "48500.00", "$48,500.01"),
        ("money", "48500.00", "$4,850.00 and 485,000"),
        ("money", "60.00", "60%"),
        ("money", "500.00", "-$500"),
        ("number", "4", "$4"),
        ("number", "4", "on April 4"),
        ("number", "4", "2026-04-04"),
        ("number", "1", "call +1 555-0134"),
        ("date", "2026-04-17", "April 18"),
        ("name", "West", "Westbrook"),
        ("name", "Dana Whitfield", "Dana Whitfields"),
        ("text", "closed", "disclosed"),
        ("text", "jane@x.com", "mary.jane@x.com"),
        ("text", "jane@x.com", "jane@x.com.au"),
        ("text", "q1.pdf", "report-q1.pdf"),
        ("id", "0b5e-77aa", "0b5e-77aab"),
        ("id", "0b5e-77aa", "0b5e-77aa-1"),
        ("name", " ", "anything"),
    ],
)
def test_not_stated(kind: FactKind, value: str, text: str) -> None:
    assert not states(kind, value, text)


def test_a_name_inside_a_longer_known_name_does_not_count() -> None:
    names = ("Northwind Logistics", "Northwind Logistics GmbH")
    assert not states("name", names[0], "It is Northwind Logistics GmbH.", *names)
    assert states("name", names[0], "It is Northwind Logistics, not Northwind Logistics GmbH.", *names)
    assert states("name", names[1], "It is Northwind Logistics GmbH.", *names)


def test_digits_inside_known_names_are_no_numbers() -> None:
    assert not states("number", "2026", "Harbor Renewal 2026 is open", "Harbor Renewal 2026")
    assert not states("number", "3", "The **Atlas 3 Pilot** is open", "Atlas 3 Pilot")
    assert states("number", "3", "Atlas 3 Pilot has 3 quotes", "Atlas 3 Pilot")


@pytest.mark.parametrize("order", [1, -1])
def test_the_longest_known_name_is_taken_first(order: int) -> None:
    names = ("Pilot 2", "Pilot 2 North 7", "Pilot 2 North 7 West 9", "Pilot 2 N", "Pilot 2 No")[::order]
    assert not states("number", "7", "Pilot 2 North 7 West 9 is open", *names)
    assert not states("number", "9", "Pilot 2 North 7 West 9 is open", *names)


@pytest.mark.parametrize(("kind", "value"), [("money", "1,500"), ("number", "four"), ("date", "17 April")])
def test_a_fact_that_is_none_is_the_targets_fault(kind: FactKind, value: str) -> None:
    with pytest.raises(ValueError, match=f"target's {kind} '{value}'"):
        states(kind, value, "anything")


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_an_amount_is_stated_by_itself_only(cents: int, other: int) -> None:
    reply = f"The deal is worth ${cents / 100:,.2f} now."
    assert states("money", f"{cents / 100:.2f}", reply)
    assert states("money", f"{other / 100:.2f}", reply) == (cents == other)
