"""The parser: acts, references and values of requests in the tester's own words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Act, Pick
from atlas.models.offline.grammar.parse import parse
from atlas.models.offline.kinds import Kind

TODAY = date(2026, 3, 2)
VOCABULARY = (
    (Kind.CLIENT, ("Active", "Prospect", "Inactive")),
    (
        Kind.OPPORTUNITY,
        ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed-Won", "Closed-Lost"),
    ),
    (Kind.QUOTE, ("Draft", "Sent", "Approved", "Rejected", "Canceled")),
)


def _asks(text: str) -> tuple[Ask, ...]:
    return parse(text, TODAY, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Could you open a new deal for Northwind Logistics?", Act.CREATE),
        ("Open that deal and read me its stage.", Act.READ),
        ("How many open deals do we have?", Act.READ),
        ("Draft a quote for it.", Act.CREATE),
        ("Mark the draft quote as sent.", Act.MODIFY),
        ("I need the lowest quote on it.", Act.READ),
        ("Northwind Logistics needs a quote over $5,000.", Act.CREATE),
        ("It is worth $5,000 now.", Act.MODIFY),
        ("When does Cobalt Rollout close?", Act.READ),
        ("Close Cobalt Rollout as won.", Act.MODIFY),
        ("Drop the price of Cobalt Rollout by 5%.", Act.MODIFY),
        ("Drop Cobalt Rollout from the CRM.", Act.DELETE),
        ("Withdraw the sent quote.", Act.CANCEL),
        ("Make a duplicate of Cobalt Rollout.", Act.CLONE),
        ("Cobalt Rollout is a duplicate, remove it please.", Act.DELETE),
        ("Which of the two is cheaper?", Act.READ),
        ("By how much do quotes v1 and v2 differ?", Act.COMPARE),
        ("Win probability of that deal, please.", Act.READ),
    ],
)
def test_tells_what_is_to_be_done(text: str, act: Act) -> None:
    assert [ask.act for ask in _asks(text)][-1] is act


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("Move it to negotiation and tell me the amount.", [Act.MODIFY, Act.READ]),
        ("Cancel quote v1, then draft a new quote over $5,000 for it.", [Act.CANCEL, Act.CREATE]),
        ("What stage is it in and what is it worth?", [Act.READ]),
        ("The amount is wrong, it should be $9,000. Please fix it.", [Act.MODIFY]),
        ("We have a new client, Borealis Media. Their e-mail is a@b.com, status prospect. Add them.", [Act.CREATE]),
    ],
)
def test_cuts_a_request_into_what_is_wanted(text: str, acts: list[Act]) -> None:
    assert [ask.act for ask in _asks(text)] == acts


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("Move the Cobalt Rollout deal to proposal.", Kind.OPPORTUNITY, "Cobalt Rollout"),
        ("What is the status of the customer Northwind Logistics?", Kind.CLIENT, "Northwind Logistics"),
        ("Change our contact Dana Whitfield's title to Head of Sales.", Kind.CONTACT, "Dana Whitfield"),
    ],
)
def test_reads_names_with_their_kind(text: str, kind: Kind, name: str) -> None:
    (ask,) = _asks(text)
    assert ask.target is not None
    assert (ask.target.kinds, ask.target.name) == ((kind,), name)


def test_reads_places_extremes_and_versions() -> None:
    second = _asks("Approve the second quote.")[0].target
    biggest = _asks("Who owns Northwind Logistics' biggest open deal?")[0].target
    version = _asks("What is the v2 quote on Cobalt Rollout worth?")[0].target
    assert second is not None
    assert biggest is not None
    assert version is not None
    assert second.pick == Pick(number=2)
    assert (biggest.pick, biggest.filters.is_open) == (Pick(column="amount"), True)
    assert biggest.of is not None
    assert biggest.of.name == "Northwind Logistics"
    assert version.filters.versions == ("v2",)


def test_a_pronoun_means_what_the_same_clause_named_before() -> None:
    (ask,) = _asks("I'm meeting Northwind Logistics. How many open deals do we have with them?")
    assert ask.target is not None
    assert ask.target.of is not None
    assert ask.target.of.name == "Northwind Logistics"


SLOTS: tuple[tuple[str, Kind, dict[str, str]], ...] = (
    ("Change it from $9,000 to $12,000.", Kind.OPPORTUNITY, {"amount": "$12,000"}),
    ("Move it from proposal to negotiation.", Kind.OPPORTUNITY, {"stage": "negotiation"}),
    ("Reassign it from Lena Park to Omar Diaz.", Kind.OPPORTUNITY, {"owner": "Omar Diaz"}),
    ("Put 60 percent as its probability.", Kind.OPPORTUNITY, {"probability": "60 percent"}),
    ("Keep it open until April 17.", Kind.QUOTE, {"valid_until": "April 17"}),
    ("Mark it as On Hold.", Kind.CLIENT, {"status": "On Hold"}),
    ('Set its amount to "upon request".', Kind.QUOTE, {"amount": "upon request"}),
    ("Clear the name of it.", Kind.OPPORTUNITY, {"name": ""}),
    ("Update its address to 12 Main Street, Springfield.", Kind.CLIENT, {"address": "12 Main Street, Springfield"}),
)


@pytest.mark.parametrize(("text", "kind", "values"), SLOTS, ids=[row[0] for row in SLOTS])
def test_reads_new_values_and_not_the_old_ones(text: str, kind: Kind, values: dict[str, str]) -> None:
    (ask,) = _asks(text)
    assert {slot.field: slot.said for slot in ask.slots(kind)} == values


@pytest.mark.parametrize(
    ("text", "percent", "down"),
    [
        ("Raise its amount by 10%.", 10, False),
        ("Give them 10% off the amount.", 10, True),
        ("The amount goes down by 15 percent.", 15, True),
        ("Put 25% on top of its amount.", 25, False),
        ("Double its value.", 100, False),
    ],
)
def test_reads_changes_relative_to_the_present_amount(text: str, percent: int, down: bool) -> None:
    (slot,) = _asks(text)[0].slots(Kind.OPPORTUNITY)
    assert slot.shift is not None
    assert (slot.field, slot.shift.percent, slot.shift.down) == ("amount", Decimal(percent), down)


@pytest.mark.parametrize("text", ["Sing me a song.", "", "asdf qwer", "Thanks!", "👍"])
def test_finds_nothing_where_nothing_is_asked(text: str) -> None:
    assert _asks(text) == ()
