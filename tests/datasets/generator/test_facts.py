"""Facts: canonical values, and whether a golden reply states them."""

from __future__ import annotations

import pytest

from atlas.core.tasks import Fact
from atlas.datasets.generator import facts


def test_canonical_values() -> None:
    assert facts.dollars(1500) == Fact("money", "1500.00")
    assert facts.number(4) == Fact("number", "4")
    assert facts.number(12.5) == Fact("number", "12.5")
    assert facts.day("2026-03-31") == Fact("date", "2026-03-31")
    assert facts.names(["A", "B"]) == (Fact("name", "A"), Fact("name", "B"))
    assert facts.texts("x") == (facts.text("x"),)


@pytest.mark.parametrize("value", [None, "", "31.3.2026", "2026-02-30"])
def test_a_malformed_date_is_an_error(value: str | None) -> None:
    with pytest.raises(ValueError, match=r"Invalid isoformat|day is out of range|month must be"):
        facts.day(value)


@pytest.mark.parametrize(
    ("fact", "reply", "holds"),
    [
        (facts.dollars(1500), "It is $1,500.", True),
        (facts.dollars(1500), "It is $1,500.50.", False),
        (facts.dollars(1500), "It is $21,500.", False),
        (facts.dollars(1500), "It is $1,500,000.", False),
        (facts.dollars(1500.5), "It is $1,500.50, as said.", True),
        (facts.number(4), "There are 4.", True),
        (facts.number(4), "There are 14.", False),
        (facts.number(4), "There are 4.5.", False),
        (facts.number(4), "It costs $4.", False),
        (facts.day("2026-04-07"), "On April 7, 2026.", True),
        (facts.day("2026-04-07"), "On 2026-04-07.", True),
        (facts.day("2026-04-07"), "On April 7.", False),
        (facts.name("Acme Foods"), "That is ACME foods.", True),
        (facts.name("Acme Foods"), "That is Acme.", False),
    ],
)
def test_stated(fact: Fact, reply: str, holds: bool) -> None:
    assert facts.stated(fact, reply) is holds
