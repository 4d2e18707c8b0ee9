"""Refusals: the failure taxonomy."""

from __future__ import annotations

from atlas.datasets.audit import refusals
from tests.datasets.audit.making import old, spots, talk
from tests.datasets.samples import bent, failing_turn


def test_there_are_24_categories() -> None:
    assert len(set(refusals.CATEGORIES)) == 24


def test_a_failure_outside_the_taxonomy_is_found() -> None:
    assert spots(refusals.UNNAMED, talk(failing_turn())) == [
        (1, 1, "fails for 'not_found', which is not in the failure taxonomy")
    ]
    assert len(spots(refusals.UNNAMED, old(("turns.0.expect_success", False)))) == 1
    assert spots(refusals.UNNAMED, talk(bent(failing_turn(), "failure_category", "past_date"))) == []
    assert spots(refusals.UNNAMED, old()) == []
