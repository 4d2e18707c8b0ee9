"""Borrowed values: "the same close date as X" and what it must not be taken for."""

from __future__ import annotations

from datetime import date

import pytest

from atlas.environments.crm.environment import CrmEnvironment
from atlas.models.offline.catalog import Catalog
from atlas.models.offline.grammar.ask import Ask
from atlas.models.offline.grammar.asks import Act
from atlas.models.offline.grammar.parse import parse
from atlas.models.offline.kinds import Kind
from atlas.models.offline.student import vocabulary


def the_ask(text: str) -> Ask:
    (ask,) = parse(text, date(2026, 3, 2), vocabulary(Catalog(CrmEnvironment.specs)))
    return ask


@pytest.mark.parametrize(
    "text",
    [
        "Set the close date of Cobalt Rollout to the close date of Granite Pilot.",
        "Give Cobalt Rollout the same close date as Granite Pilot.",
        "Let Cobalt Rollout close on the same day as Granite Pilot.",
        "Move the close date of Cobalt Rollout to the day Granite Pilot closes.",
        "Change Cobalt Rollout's close date to that of Granite Pilot.",
    ],
)
def test_a_date_is_borrowed_from_the_other_deal(text: str) -> None:
    ask = the_ask(text)
    assert ask.act is Act.MODIFY
    assert ask.target is not None
    assert ask.target.name == "Cobalt Rollout"
    (slot,) = ask.slots(Kind.OPPORTUNITY)
    assert slot.field == "close_date"
    assert slot.same_as is not None
    assert slot.same_as.name == "Granite Pilot"


@pytest.mark.parametrize(
    "text",
    [
        "Set the amount of Cobalt Rollout to the amount of its v2 quote.",
        "Put the amount of Cobalt Rollout in line with its v2 quote.",
        "Set the amount of Cobalt Rollout to what its v2 quote says.",
        "Cobalt Rollout should have the same amount as its v2 quote. Please update the deal.",
        "Make the amount of Cobalt Rollout equal to the amount of its quote v2.",
    ],
)
def test_an_amount_is_borrowed_from_a_quote_of_the_deal(text: str) -> None:
    ask = the_ask(text)
    assert ask.act is Act.MODIFY
    assert ask.target is not None
    assert ask.target.name == "Cobalt Rollout"
    (slot,) = ask.slots(Kind.OPPORTUNITY)
    assert slot.field == "amount"
    assert slot.same_as is not None
    assert slot.same_as.kinds == (Kind.QUOTE,)
    assert slot.same_as.filters.versions == ("v2",)


def test_adding_to_an_amount_borrows_nothing() -> None:
    (slot,) = the_ask("Add 15% to the amount of the opportunity Cobalt Rollout.").slots(Kind.OPPORTUNITY)
    assert slot.same_as is None
    assert slot.shift is not None
