"""Replies made wrong."""

from __future__ import annotations

from random import Random

from atlas.verify.mutants.operators import Operator
from atlas.verify.mutants.replies import (
    BARE_REFUSALS,
    CLAIMS,
    VAGUE,
    denied_fact,
    fact_left_out,
    refusal_and_claim,
    refusal_without_reason,
    reply_of_another_turn,
    wrong_confirmation,
    wrong_fact,
)
from atlas.verify.mutants.script import Original
from tests.verify.mutants.originals import CHANGE, LOOK, LOOKED, MADE, MOVED, REFUSAL, REFUSED, original

LOOKED_UP = original(LOOK)
CHANGED = original(CHANGE, changes=MOVED)
ALL = original(LOOK, CHANGE, REFUSAL, changes=MOVED)


def said(operator: Operator, made_of: Original) -> list[str]:
    """The new replies; nothing but one reply has changed."""
    replies = []
    for mutant in operator(made_of, Random(0)):
        assert [turn.calls for turn in mutant.script] == [turn.calls for turn in made_of.script]
        replies.append(mutant.script[mutant.turn - 1].reply)
    return replies


def test_each_fact_is_left_out() -> None:
    assert said(fact_left_out, LOOKED_UP) == [
        "Dana Reed owns it: in 2 quotes, closing April 17, 2026.",
        "owns it: $48,500 in 2 quotes, closing April 17, 2026.",
        "Dana Reed owns it: $48,500 in 2 quotes, closing .",
        "Dana Reed owns it: $48,500 in quotes, closing April 17, 2026.",
        *VAGUE,
    ]
    assert said(fact_left_out, CHANGED) == []


def test_each_fact_is_replaced_by_near_ones_in_the_same_form() -> None:
    replies = said(wrong_fact, LOOKED_UP)
    for wrong in (
        "$48,501",
        "$48,499",
        "$485,000",
        "April 18, 2026",
        "April 16, 2026",
        "3 quotes",
        "20 quotes",
        "Omar Lind",
    ):
        assert sum(wrong in reply for reply in replies) == 1, wrong
    assert LOOKED.reply not in replies


def test_each_fact_is_denied() -> None:
    replies = said(denied_fact, LOOKED_UP)
    assert len(replies) == 4
    assert "Dana Reed owns it: not $48,500 in 2 quotes, closing April 17, 2026." in replies


def test_what_was_written_is_confirmed_wrongly() -> None:
    replies = said(wrong_confirmation, CHANGED)
    assert "Harbor Renewal is now in Proposal at $48,500." in replies
    assert "Harbor Renewal is now in Negotiation at $48,501." in replies
    assert MADE.reply not in replies
    assert said(wrong_confirmation, LOOKED_UP) == []


def test_a_refusal_loses_its_reason_or_claims_success() -> None:
    assert said(refusal_without_reason, ALL) == list(BARE_REFUSALS)
    claims = said(refusal_and_claim, ALL)
    assert len(claims) == 3 * len(CLAIMS)
    assert f"{REFUSED.reply} Done." in claims
    assert said(refusal_and_claim, LOOKED_UP) == []


def test_the_reply_of_another_turn_is_harmless_only_where_it_is_right() -> None:
    mutants = {(m.turn, m.script[m.turn - 1].reply): m.harmless for m in reply_of_another_turn(ALL, Random(0))}
    assert mutants[1, MADE.reply] is None, "the facts are missing"
    assert mutants[2, REFUSED.reply] is None, "it says that nothing was done"
    assert mutants[3, LOOKED.reply] is None, "the reason is missing"
    assert mutants[2, LOOKED.reply] is not None, "no fact is due, and it is true"
