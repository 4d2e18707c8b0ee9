from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.thread import UsageTally
from atlas.reports.learning.efficiency import part
from atlas.reports.learning.part import Labels
from tests.reports.learning.threads import split, thread


def test_with_cues_against_without() -> None:
    counted = replace(
        thread(),
        usage=UsageTally(tracked=40),
        cue_reward=split([0.8, 0.9] * 10, [0.4, 0.5] * 10),
        cue_tokens=split([100.0, 120.0] * 10, [200.0, 260.0] * 10),
    )
    found = part(counted, Labels())
    data = found.data["efficiency"]
    assert (data["sessions_with_cues"], data["sessions_without_cues"]) == (20, 20)
    assert data["reward_delta"] == pytest.approx(0.4)
    assert data["token_delta"] == pytest.approx(-120)
    assert (data["reward_estimate"]["verdict"], data["token_estimate"]["verdict"]) == ("higher", "lower")
    assert data["observational"] is True
    assert found.section.points[1].startswith(
        "Tokens a session, with a cue hit against without: -120 (95 % interval -"
    )


def test_a_cue_that_hits_everywhere_leaves_nothing_to_compare_with() -> None:
    counted = replace(
        thread(), usage=UsageTally(tracked=20), cue_reward=split([0.8, 0.9] * 10, []), cue_tokens=split([1.0], [])
    )
    found = part(counted, Labels())
    assert found.data["efficiency"]["reward_delta"] is None
    assert found.section.points[0].endswith(
        "cannot say; the group without cue hits has no session with this number."
    )


def test_untracked_usage_is_said() -> None:
    found = part(thread(), Labels())
    assert found.data["efficiency"] is None
    assert found.section.paragraphs == ("Cannot say: usage was tracked in no session of this key.",)
