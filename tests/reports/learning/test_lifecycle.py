from __future__ import annotations

from dataclasses import replace

from atlas.core.session import SessionId
from atlas.core.thread import VersionRow
from atlas.reports.learning.lifecycle import part
from atlas.reports.learning.part import Labels
from tests.reports.learning.threads import entry, playbook, thread

BOOK = playbook(
    entry("e1"),
    entry("e2", lifecycle="deprecated"),
    entry("e3", lifecycle="provisional"),
    rejected=[entry("e4", lifecycle="rejected")],
)
ROWS = (VersionRow(3, "run/learning/t/0", SessionId("run/learning/t/0"), "2026-03-02T09:00:00", 3),)


def test_entries_are_counted_by_scope_and_state() -> None:
    found = part(replace(thread(), playbook=BOOK, versions=ROWS), Labels())
    counts = found.data["playbook_lifecycle_summary"]
    assert (counts["reinforcement_active"], counts["reinforcement_deprecated"]) == (1, 1)
    assert (counts["reinforcement_provisional"], counts["differentiation_active"], counts["rejected"]) == (1, 0, 1)
    assert found.data["playbook_versions"][0]["version"] == 3
    assert found.section.tables[1].rows == (("3", "3", "2026-03-02T09:00:00", "run/learning/t/0"),)


def test_a_label_that_is_a_scope_counts_instead_of_the_entrys_own() -> None:
    labels = Labels("labels.json", (("e1", "differentiation"), ("e2", "my own word")))
    found = part(replace(thread(), playbook=BOOK), labels)
    counts = found.data["playbook_lifecycle_summary"]
    assert (counts["differentiation_active"], counts["reinforcement_active"]) == (1, 0)
    assert counts["relabelled"] == {"e1": "differentiation"}
    assert "e1 is counted as differentiation, as its label says." in found.section.tables[0].notes


def test_a_frozen_playbook_and_none_at_all_are_said() -> None:
    frozen = part(replace(thread(), playbook=replace(BOOK, frozen=True)), Labels())
    assert "frozen" in frozen.section.paragraphs[0]
    assert part(thread(), Labels()).section.paragraphs[0].startswith("Cannot say")
