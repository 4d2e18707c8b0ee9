"""Replies: facts as people write them, and refusals with a reason in plain words and in the tool's."""

from __future__ import annotations

import pytest

from atlas.models.offline.kinds import Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.replies import facts, money, reason_of, refusal

DEAL = Row(
    Kind.OPPORTUNITY,
    "d1",
    {"name": "Cobalt Rollout", "stage": "Proposal", "amount": 48500.0, "probability": 60, "owner": None},
)


def test_writes_facts_with_their_units() -> None:
    told = facts(DEAL, ("stage", "amount", "probability", "owner"))
    assert told == "stage Proposal, amount $48,500, probability 60%, owner not set"


@pytest.mark.parametrize(("value", "text"), [(48500.0, "$48,500"), (7172.5, "$7,172.50"), ("n/a", "n/a")])
def test_writes_cents_only_where_there_are_any(value: object, text: str) -> None:
    assert money(value) == text


@pytest.mark.parametrize(
    ("error", "given", "words"),
    [
        ("Cannot modify closed opportunity fields [stage].", (), "already closed"),
        ("Client name must not be blank or whitespace.", (), "must not be blank"),
        ("Close date must be a valid ISO-8601 date.", (("date", "April 31"),), "April 31 is not a valid date"),
        ("Client e-mail is not valid.", (("email", "a.b.com"),), "a.b.com is not a valid e-mail address"),
    ],
)
def test_a_refusal_names_the_reason(error: str, given: tuple[tuple[str, str], ...], words: str) -> None:
    text = refusal("Cobalt Rollout", reason_of(error, given))
    assert text.startswith("I did not change Cobalt Rollout: ")
    assert words in text
    assert error.rstrip(".") in text
