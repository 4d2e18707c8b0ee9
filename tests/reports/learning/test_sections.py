from __future__ import annotations

from dataclasses import replace

from atlas.core.thread import Thread, UsageTally
from atlas.reports.learning.part import Labels
from atlas.reports.learning.sections import SECTIONS, parts_of
from tests.reports.learning.threads import entry, playbook, split, tally, thread

KEYS = {
    "reward",
    "recent_window",
    "baseline_window",
    "curve",
    "arms",
    "failure_taxonomy",
    "playbook_impact",
    "teacher_playbook",
    "student_playbook",
    "playbook_metrics",
    "playbook_lifecycle_summary",
    "playbook_versions",
    "usage_metrics",
    "efficiency",
    "adaptive_modes",
    "execution_modes",
    "review_statuses",
    "model_breakdown",
    "discovery_runs",
    "sessions",
}


def full() -> Thread:
    return replace(
        thread(baseline=[0.2, 0.9] * 10, recent=[0.9] * 10, playbook=playbook(entry("e1"))),
        modes=(tally("auto", 3, 4),),
        usage=UsageTally(20, 10, 30, 20, 10, 1),
        cue_reward=split([0.9], [0.8]),
        cue_tokens=split([1.0], [2.0]),
    )


def test_no_two_sections_write_the_same_key_or_have_the_same_title() -> None:
    parts = parts_of(full(), Labels())
    keys = [key for part in parts for key in part.data]
    assert sorted(keys) == sorted(KEYS)
    assert len({part.section.title for part in parts}) == len(SECTIONS)


def test_every_section_can_say_that_there_is_nothing() -> None:
    empty, whole = parts_of(thread(), Labels()), parts_of(full(), Labels())
    assert [part.data.keys() for part in empty] == [part.data.keys() for part in whole]
    assert all(part.section.paragraphs for part in empty)
