"""Names of the task's own data in an entry."""

from __future__ import annotations

import pytest

from atlas.learning.names import foreign_names
from tests.learning.making import HANDLES, make_entry

KNOWN = (
    "Acme Corporation",
    "Dana Whitfield",
    "Fairmont Customer Portal",
    "Globex",
    "Mark",
    "Price",
    "Q4 Sales Opportunity",
    "Zoë Müller",
    "Bo",
)


@pytest.mark.parametrize(
    ("imperative", "names"),
    [
        ("Search for Acme Corporation first", ["Acme Corporation"]),
        ("Search for acme corporation first", ["Acme Corporation"]),
        ("Deals of Acme need approval", ["Acme"]),
        ("Acme needs approval", ["Acme"]),
        ("Ask Whitfield", ["Whitfield"]),
        ("Ask Globex and Dana Whitfield", ["Dana Whitfield", "Globex"]),
        ("Ask Zoe Muller", ["Zoë Müller"]),
        ("Ask Müller or muller", ["Muller"]),
        ("Mark the quote as sent", []),
        ("Ask Mark first", ["Mark"]),
        ("State the price", []),
        ("Price every item", []),
        ("Search the Opportunity by name, then the Sales owner", []),
        ("Search the corporation", []),
        ("Bo", []),
        ("Tell the Customer what its portal costs", []),
        ("Tell Fairmont what its portal costs", ["Fairmont"]),
    ],
)
def test_prose(imperative: str, names: list[str]) -> None:
    assert foreign_names(make_entry(imperative=imperative), KNOWN, (), HANDLES) == names


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        (r"\bacme\s+corporation\b", ["Acme Corporation"]),
        (r"\bacme\b", ["Acme"]),
        (r"(globex|initech)", ["Globex"]),
        (r"\bopportunity\b.*\bsales\b", []),
        (r"\bprice\b|\bmark\b", []),
        (r"\bcustomer\b|\bportal\b", []),
    ],
)
def test_a_cue_gives_a_name_away_in_any_case(pattern: str, names: list[str]) -> None:
    assert foreign_names(make_entry(pattern), KNOWN, (), HANDLES) == names


def test_allowed_names_never_count() -> None:
    entry = make_entry(imperative="Ask Globex and Acme Corporation and Whitfield")
    assert foreign_names(entry, KNOWN, ("globex", "ACME corporation", "Whitfield"), HANDLES) == []


def test_a_tools_own_words_are_no_names() -> None:
    entry = make_entry(imperative="Use the Runbook")
    assert foreign_names(entry, ("Runbook Masters",), (), ("fetch_runbook",)) == []
    assert foreign_names(entry, ("Runbook Masters",), (), HANDLES) == ["Runbook"]
