from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.impact import MEASURES, Evidence, Outcomes
from atlas.core.playbook import EntryId
from atlas.core.thread import UsageTally
from atlas.reports.learning.impact import part
from atlas.reports.learning.part import Labels
from tests.reports.learning.threads import entry, playbook, thread

HARM = Evidence(
    EntryId("e1"),
    (
        *(Outcomes("shown", 0.5, reward / 40, False, 2) for reward in range(20)),
        *(Outcomes("withheld", 0.5, 0.5 + reward / 40, True, 2) for reward in range(20)),
    ),
    tasks=30,
    tasks_fired=15,
    tasks_passed=3,
    left_out=0,
    failed_adoptions=2,
    totals=tuple(40.0 for _ in MEASURES),
    products=tuple(tuple(60.0 for _ in MEASURES) for _ in MEASURES),
)
COUNTED = replace(
    thread(playbook=playbook(entry("e1"), entry("e2"))), evidence=(HARM,), usage=UsageTally(tracked=80)
)


def test_an_effect_stands_before_what_was_observed() -> None:
    first, second = part(COUNTED, Labels()).data["playbook_impact"]
    assert (first["entry_id"], first["finding"]) == ("e1", "harms")
    assert first["effect_on_reward"]["difference"] == pytest.approx(-0.5)
    assert (first["total_cue_hits"], first["unique_incidents"], first["transfer_success"]) == (40, 15, True)
    assert first["failure_avoidance"]["failed_adoptions"] == 2
    assert first["adoption_rate"] == pytest.approx(1.0)
    assert (second["finding"], second["effect_on_reward"]) == ("not tested", None)


def test_the_section_is_that_of_the_impact_report() -> None:
    section = part(COUNTED, Labels()).section
    assert section.points[0].startswith("e1 harms: -0.500")
    assert "2 entries, 80 sessions that learned" in section.paragraphs[0]


def test_what_was_not_measured_is_said() -> None:
    found = part(replace(COUNTED, evidence=None), Labels())
    assert found.data == {"playbook_impact": None}
    assert found.section.paragraphs[0].startswith("Not measured in a summary")


def test_no_playbook_is_said() -> None:
    found = part(thread(), Labels())
    assert found.data == {"playbook_impact": []}
    assert found.section.paragraphs == ("Cannot say: this key has no playbook yet.",)
