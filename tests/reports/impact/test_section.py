"""The impact section: what people read."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.playbook import EntryId, Provenance, Quarantine
from atlas.reports.impact.report import Threshold, impact_report
from atlas.reports.impact.section import impact_md, impact_section
from tests.reports.impact.evidences import Seen, book, drawn, entry
from tests.reports.impact.test_report import BAD, GOOD, report

EASY = drawn([1.0] * 60 + [0.2] * 40, [1.0] * 40) + [Seen(None, 0.2, f"hard{n}") for n in range(50)]


def test_the_page_says_what_was_found_and_what_was_done() -> None:
    made = report({"bad": EASY, "good": drawn(GOOD, BAD), "few": drawn(GOOD, [1.0])})
    said = impact_md(replace(made, quarantined=(EntryId("bad"),)), "2026-03-02", "atlas playbook impact")
    assert "# Impact of playbook crm/chat, version 7 (SIMULATED)" in said
    assert "bad harms: -0.320 (" in said
    assert "Its observed reward delta has the other sign. It was quarantined by this report." in said
    assert "good helps: +0.560 (" in said
    assert "Of the others: 1 underpowered, 1 not tested." in said
    assert "atlas playbook impact" in said
    assert "It is still in use." not in said


def test_harm_without_quarantine_is_said_to_be_in_use() -> None:
    assert any("still in use" in point for point in impact_section(report({"bad": EASY})).points)


def test_an_earlier_quarantine_gives_its_reason() -> None:
    past = Quarantine("it harmed", -0.3, -0.4, -0.2, 0.001, 100, 20)
    old = replace(entry("old", "quarantined"), provenance=Provenance(quarantine=past))
    made = impact_report(book(old), [], Threshold(), simulated=False, sessions=3)
    assert "old is quarantined since an earlier version: it harmed" in impact_section(made).points
    assert "SIMULATED" not in impact_md(made, "", "x")


def test_what_cannot_be_said_is_said() -> None:
    nothing = impact_report(book(), [], Threshold(), simulated=False, sessions=0)
    assert impact_section(nothing).paragraphs == ("The playbook has no entries, so there is nothing to measure.",)
    assert impact_section(nothing).tables == ()
    mixed = impact_report(book(entry(), frozen=True), [], Threshold(), simulated=True, sessions=1, others=4)
    said = impact_md(mixed, "", "x")
    assert "4 real sessions of this key are left out" in said
    assert "The playbook is frozen" in said
