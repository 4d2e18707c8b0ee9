"""Identifiers: ids and generation times where people speak."""

from __future__ import annotations

from atlas.datasets.audit import identifiers
from tests.datasets.audit.making import current, spots
from tests.datasets.samples import DEAL


def test_an_id_in_an_utterance_is_found() -> None:
    bad = current(("turns.0.user_utterance", f"Move {DEAL.upper()} to Proposal"))
    assert spots(identifiers.IN_UTTERANCE, bad) == [(1, 1, f"the user says the id {DEAL.upper()}")]
    assert spots(identifiers.IN_UTTERANCE, current(("turns.0.user_utterance", "Call +1-555-555-0100"))) == []


def test_bare_hex_and_new_rows_are_ids() -> None:
    assert identifiers.ids("see 0123456789abcdef and new:3") == ["0123456789abcdef", "new:3"]
    assert identifiers.ids("accomplishmentsabc and 1234567") == []


def test_an_id_or_a_timestamp_in_a_reply_is_found() -> None:
    text = f"Done: id={DEAL}, created_at=2025-11-12T01:46:08.683431+00:00"
    found = spots(identifiers.IN_REPLY, current(("turns.0.expected_response.text", text)))
    assert len(found) == 2
    dated = current(("turns.0.expected_response.text", "It closes on 2026-03-31."))
    assert spots(identifiers.IN_REPLY, dated) == []
