from __future__ import annotations

from dataclasses import replace

from atlas.reports.learning.pamphlet import part
from atlas.reports.learning.part import Labels
from tests.reports.learning.threads import entry, playbook, thread


def test_what_each_audience_is_told() -> None:
    book = playbook(
        entry("e1"), entry("e2", "Look twice", audience="teacher"), entry("e3", "Old", lifecycle="pruned")
    )
    found = part(replace(thread(), playbook=book), Labels("l", (("e1", "dates"),)))
    student, teacher = found.data["student_playbook"], found.data["teacher_playbook"]
    assert (teacher["version"], teacher["text"]) == (3, "- Look twice")
    assert student["text"] == "- Write a date in ISO form", "pruned advice acts no more"
    assert [each["label"] for each in student["entries"]] == ["dates", None]
    assert found.section.tables[0].rows[0][4] == "dates"


def test_no_playbook_is_said() -> None:
    found = part(thread(), Labels())
    assert found.data["teacher_playbook"] == {"version": 0, "text": "", "entries": []}
    assert found.section.paragraphs == ("This key has no playbook with entries yet.",)
