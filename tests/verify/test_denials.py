"""What a text says is not so is not stated."""

from __future__ import annotations

import pytest

from atlas.core.tasks import Fact, FactKind
from atlas.verify.reply import read_reply


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", "500.00", "It is not $500."),
        ("money", "500.00", "It isn't worth $500 any more."),
        ("money", "500.00", "It is no longer at $500."),
        ("number", "2", "There are not 2 of them."),
        ("number", "2", "It does not have two quotes."),
        ("date", "2026-04-17", "It does not close; not on April 17, 2026."),
        ("name", "Dana Reed", "It is Omar, rather than Dana Reed."),
        ("text", "Proposal", "The deal isn't in Proposal."),
        ("text", "a@b.com", "It is not a@b.com."),
    ],
)
def test_denied(kind: FactKind, value: str, text: str) -> None:
    assert not read_reply(text, []).states(Fact(kind, value))


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", "500.00", "It is not $400 but $500."),
        ("number", "2", "Not one of them is late; there are 2."),
        ("number", "2", "I could not find more than 2."),
        ("date", "2026-04-17", "It does not close until April 17, 2026."),
        ("name", "Dana Reed", "Not to worry: Dana Reed has it."),
        ("text", "not allowed", "That is not allowed."),
        ("text", "Proposal", "It has not moved: Proposal."),
    ],
)
def test_stated(kind: FactKind, value: str, text: str) -> None:
    assert read_reply(text, []).states(Fact(kind, value))


def test_a_reason_counts_however_it_is_put() -> None:
    reply = read_reply("It is not spelled like that.", [])
    assert not reply.states(Fact("text", "spelled"))
    assert reply.mentions("spelled")
