from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.reports.learning.part import Labels
from atlas.reports.learning.quality import measure, part
from tests.reports.learning.threads import entry, playbook, thread

BOOK = playbook(
    entry("e1", total=0.9),
    entry("e2", total=0.7, rubric=True),
    entry("mine", rubric=False),
    rejected=[entry("e3", lifecycle="rejected", total=0.2, gates={"cue": False, "generality": False})],
)


def test_candidates_are_the_entries_and_the_refused() -> None:
    found = measure(BOOK, {"concision": 0.1})
    assert (found.candidates, found.passed.passed, found.passed.total, found.unjudged) == (4, 3, 4, 1)
    assert found.gates == {"cue": 1, "generality": 1}
    assert found.scores["weighted_total"] == pytest.approx(0.6)
    assert found.scores["generality"] == pytest.approx(0.8)


def test_the_summary_has_the_names_that_readers_know() -> None:
    data = part(replace(thread(), playbook=BOOK, rubric_weights={"concision": 0.1}), Labels()).data[
        "playbook_metrics"
    ]
    assert (data["total_candidates"], data["passed"], data["failed"], data["pass_rate"]) == (4, 3, 1, 0.75)
    assert data["weights"] == {"concision": 0.1}
    assert data["average_weighted_score"] == pytest.approx(0.6)


def test_the_section_shows_weights_where_the_run_says_them() -> None:
    section = part(replace(thread(), playbook=BOOK, rubric_weights={"concision": 0.1}), Labels()).section
    assert ("concision", "1.000", "0.1") in section.tables[1].rows
    assert ("actionability", "1.000", "unknown") in section.tables[1].rows
    assert "1 without rubric were written by a person" in section.paragraphs[0]


def test_no_playbook_is_said() -> None:
    found = part(thread(), Labels())
    assert found.data["playbook_metrics"]["pass_rate"] is None
    assert found.section.paragraphs == ("Cannot say: this key has no playbook with entries yet.",)
