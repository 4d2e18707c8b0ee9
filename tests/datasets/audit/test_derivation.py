"""Derivation: expected values that follow from nothing."""

from __future__ import annotations

from atlas.datasets.audit import derivation
from tests.datasets.audit.making import current, old, says, spots, talk
from tests.datasets.samples import DEAL, bent, failing_turn


def test_a_value_from_nowhere_is_found_in_both_formats() -> None:
    for row in (old(("turns.0.expected_args.amount", 77)), current(("turns.0.expected_args.amount", 77))):
        assert spots(derivation.VALUES, row) == [
            (1, 1, "modify_opportunity.amount is expected to be 77, which was not said and is not stored")
        ]
        assert spots(derivation.IDS, row) == []


def test_what_was_said_or_is_stored_follows() -> None:
    for row in (old(), current(("turns.0.user_utterance", "Move the Pilot deal to Proposal at $77"))):
        assert spots(derivation.VALUES, row) == []
        assert spots(derivation.IDS, row) == []


def test_an_id_that_nothing_singles_out_is_found() -> None:
    bad = old(("turns.0.user_utterance", "Move this opportunity to Proposal"))
    assert spots(derivation.IDS, bad) == [
        (1, 1, f"modify_opportunity.opportunity_id is expected to be {DEAL}, which nothing singles out")
    ]


def test_a_supporting_call_is_looked_at_too() -> None:
    call = {"tool": "client_search", "arguments": {"name": "Nobody Ltd"}}
    assert len(spots(derivation.VALUES, current(("turns.0.supporting_calls", [call])))) == 1


def test_a_change_on_top_of_a_change_follows_from_the_changed_amount() -> None:
    raised = says("Raise the Pilot amount by 10%", "modify_opportunity", opportunity_id=DEAL, amount=1100.0)
    cut = says("Cut that deal by 20%", "modify_opportunity", opportunity_id=DEAL, amount=880.0)
    assert spots(derivation.VALUES, talk(raised, cut)) == []
    refused = bent(failing_turn(), "expected_args", {"opportunity_id": DEAL, "amount": 1100.0})
    unchanged = talk(bent(refused, "user_utterance", "Raise the Pilot amount by 10%"), cut)
    assert [turn for _, turn, _ in spots(derivation.VALUES, unchanged)] == [2]
