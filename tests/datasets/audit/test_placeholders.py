"""Placeholders: markers that were never filled in."""

from __future__ import annotations

import pytest

from atlas.datasets.audit import placeholders
from tests.datasets.audit.making import current, old, spots, talk
from tests.datasets.samples import bent, failing_turn


@pytest.mark.parametrize("marker", ["{stage}", "{{turn_1.id}}", "<name>", "[client]", "$amount", "TODO", "TBD"])
def test_a_marker_in_an_utterance_is_found(marker: str) -> None:
    row = old(("turns.0.user_utterance", f"Move it to {marker} now"), line=4)
    assert spots(placeholders.IN_UTTERANCE, row) == [
        (4, 1, f"the user says {marker}, a placeholder nobody filled in")
    ]


@pytest.mark.parametrize("text", ["Move it to Proposal.", "$48,500 < 50k > 3", "v2 (the old one)", "a todo"])
def test_plain_words_are_no_markers(text: str) -> None:
    assert spots(placeholders.IN_UTTERANCE, current(("turns.0.user_utterance", text))) == []


def test_an_amount_that_is_to_be_decided_may_be_refused() -> None:
    refused = bent(failing_turn(), "user_utterance", "Set the amount to TBD")
    assert spots(placeholders.IN_UTTERANCE, talk(refused)) == []


def test_a_marker_in_expected_arguments_is_found_and_a_reference_is_none() -> None:
    bad = old(("turns.0.expected_args.stage", "{{stage_name}}"))
    assert spots(placeholders.IN_ARGUMENTS, bad) == [
        (1, 1, "modify_opportunity is expected with stage = {{stage_name}}")
    ]
    assert spots(placeholders.IN_ARGUMENTS, old(("turns.0.expected_args.stage", "{{turn_1.stage}}"))) == []


def test_artefacts_in_a_reply_are_found() -> None:
    bad = current(("turns.0.expected_response.text", "Added null to the CRM."))
    assert len(spots(placeholders.IN_REPLY, bad)) == 1
    assert spots(placeholders.IN_REPLY, current()) == []
