"""How a reply words a value."""

from __future__ import annotations

import pytest

from atlas.core.tasks import Fact
from atlas.verify.mutants.wordings import fact_of, near, places, with_other, without


@pytest.mark.parametrize(
    ("fact", "text", "wordings"),
    [
        (Fact("money", "48500.00"), "It is $48,500.", ["$48,500"]),
        (Fact("money", "30637.50"), "It is $30,637.50 in all", ["$30,637.50"]),
        (Fact("money", "500.00"), "It is $48,500.", []),
        (Fact("money", "48.00"), "It is $48,500.", []),
        (Fact("number", "2"), "There are 2 of them.", ["2"]),
        (Fact("number", "2"), "There are two of them.", ["two"]),
        (Fact("number", "2"), "Phase v2 of 2026, 2.5 and 1,2", []),
        (Fact("number", "78"), "It is 78%.", ["78%"]),
        (Fact("date", "2026-04-07"), "By April 7, 2026 at the latest", ["April 7, 2026"]),
        (Fact("date", "2026-04-07"), "By 2026-04-07.", ["2026-04-07"]),
        (Fact("text", "v2"), "V2 is the one", ["V2"]),
        (Fact("name", "Falcon"), "Falcons", []),
        (Fact("text", "ada@moss.com"), "Write to ada@moss.com.", ["ada@moss.com"]),
    ],
)
def test_where_a_fact_stands(fact: Fact, text: str, wordings: list[str]) -> None:
    assert places(fact, text)[: len(wordings) or None] == wordings


def test_every_place_is_changed() -> None:
    assert without("$5", "$5 and $5.00 and $5.") == "and $5.00 and ."
    assert with_other("$5", "$6", "$5 and $5.00 and $5.") == "$6 and $5.00 and $6."


def test_near_values_keep_the_form() -> None:
    assert list(near(Fact("money", "48500.00"), "$48,500")) == ["$48,501", "$48,499", "$485,000"]
    assert list(near(Fact("number", "2"), "two")) == ["three", "one"]
    assert next(near(Fact("date", "2026-12-31"), "December 31, 2026")) == "January 1, 2027"
    assert list(near(Fact("name", "Falcon"), "Falcon")) == []


def test_arguments_as_facts() -> None:
    assert fact_of(48500.0) == Fact("money", "48500.00")
    assert fact_of(20) == Fact("number", "20")
    assert fact_of("2026-04-17") == Fact("date", "2026-04-17")
    assert fact_of("Proposal") == Fact("text", "Proposal")
    assert fact_of(True) is None
    assert fact_of(["a"]) is None
