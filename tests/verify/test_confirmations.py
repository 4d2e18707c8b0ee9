"""What a reply says of a change, held against a right reply."""

from __future__ import annotations

import pytest

from atlas.core.tasks import Target
from atlas.verify.confirmations import contradictions
from atlas.verify.vocabulary import Vocabulary

DEALS = {
    "d1": {"name": "Harbor Renewal", "stage": "Proposal", "owner": "Dana Reed"},
    "d2": {"name": "Harbor Renewal 2026", "stage": "Negotiation", "owner": "Omar Lind"},
    "d3": {"name": "Pilot", "stage": "Canceled", "owner": "Omar Lind"},
}
KNOWN = Vocabulary.of(Target((), world={"deals": DEALS}))
RIGHT = "Harbor Renewal is now in Negotiation, worth $48,500 at 60%, closing April 17, 2026."


def found(said: str, right: str = RIGHT) -> list[str]:
    return list(contradictions(said, right, KNOWN))


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("Done, it is worth $48,501.", "the reply says amount 48501.00, where 48500.00 is right"),
        ("Done, at 61% now.", "the reply says share 61, where 60 is right"),
        ("It now closes on April 18, 2026.", "the reply says 2026-04-18, where 2026-04-17 is right"),
        ("It now closes on April 17, 2027.", "the reply says 2027-04-17, where 2026-04-17 is right"),
        ("It is now in Proposal.", "the reply says Proposal (deals.stage), where Negotiation is right"),
        ("Harbor Renewal 2026 has been updated.", "the reply says Harbor Renewal 2026 (deals.name)"),
        ("I cannot change it.", "the reply says 'cannot', where the request is to be carried out"),
        ("I changed nothing.", "the reply says 'changed nothing'"),
    ],
)
def test_contradicted(wrong: str, problem: str) -> None:
    assert any(problem in one for one in found(wrong)), found(wrong)


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        "Done.",
        "Updated the deal; it closes on 2026-04-17.",
        "Done, by April 17th.",
        "I moved Harbor Renewal from Proposal to Negotiation and raised it from $40,000 to $48,500.",
        "The stage went from Proposal to negotiation.",
        "It has been updated; I could not find anything else to change.",
        "Dana Reed's deal has been updated.",
    ],
)
def test_not_contradicted(text: str) -> None:
    assert found(text) == []


def test_either_spelling_of_a_word() -> None:
    assert found("Pilot was in Proposal and has been cancelled.", "Pilot is now Canceled.") == []


def test_a_right_reply_that_denies_may_be_repeated() -> None:
    assert found("I cannot do that.", "That cannot be done.") == []
