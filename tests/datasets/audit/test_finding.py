"""Findings: their places and their order."""

from __future__ import annotations

from atlas.datasets.audit.finding import Check, Finding, Spot
from tests.datasets.audit.making import SURROUNDINGS


def test_a_finding_says_where() -> None:
    assert str(Finding("c", "note", 3, None, "is odd")) == "line 3: is odd"
    assert str(Finding("c", "note", 3, 2, "is odd")) == "line 3, turn 2: is odd"


def test_findings_come_in_the_order_of_the_file() -> None:
    spots = [Spot(2, 1, "c"), Spot(1, 2, "b"), Spot(1, None, "a")]
    found = Check("c", "defect", lambda subjects, surroundings: iter(spots)).findings([], SURROUNDINGS)
    assert [finding.sentence for finding in found] == ["a", "b", "c"]
