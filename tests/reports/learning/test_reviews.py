from __future__ import annotations

from dataclasses import replace

from atlas.reports.learning.part import Labels
from atlas.reports.learning.reviews import part
from tests.reports.learning.threads import thread


def test_quarantined_sessions_are_said_to_count_nowhere_else() -> None:
    found = part(replace(thread(), reviews={"approved": 5, "quarantined": 2}), Labels())
    assert found.data == {"review_statuses": {"approved": 5, "quarantined": 2}}
    assert "the 2 quarantined count here and nowhere else" in found.section.paragraphs[0]
    pending = part(replace(thread(), reviews={"pending": 5}), Labels())
    assert pending.section.paragraphs == ("Pending and approved sessions count alike.",)


def test_no_session_is_said() -> None:
    assert part(thread(), Labels()).section.paragraphs[0].startswith("Cannot say")
