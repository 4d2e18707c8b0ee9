from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.thread import UsageTally
from atlas.reports.learning.part import Labels
from atlas.reports.learning.usage import part
from tests.reports.learning.threads import thread

TRACKED = replace(thread(), usage=UsageTally(50, 40, 200, 120, 80, 20))


def test_a_share_is_a_share_and_a_ratio_is_called_one() -> None:
    data = part(TRACKED, Labels()).data["usage_metrics"]
    assert (data["cue_triggers"], data["cue_trigger_sessions"], data["unique_cue_steps"]) == (200, 40, 120)
    assert (data["adoption_events"], data["successful_adoptions"]) == (80, 60)
    assert data["adoption_rate"] == pytest.approx(0.3)
    assert data["adoption_success_rate"] == pytest.approx(0.75)
    assert data["cue_trigger_rate"] == pytest.approx(0.8)
    assert data["cue_trigger_rate_interval"]["low"] == pytest.approx(0.670, abs=1e-3)
    rows = {row[0]: row[1] for row in part(TRACKED, Labels()).section.tables[0].rows}
    assert rows["adoptions whose call succeeded"].endswith("60 of 80")


def test_untracked_usage_is_no_usage_of_zero() -> None:
    found = part(thread(), Labels())
    assert found.data["usage_metrics"]["cue_trigger_rate"] is None
    assert "Cannot say: usage was tracked in no session" in found.section.paragraphs[0]
    silent = part(replace(thread(), usage=UsageTally(tracked=5)), Labels())
    assert silent.data["usage_metrics"]["adoption_rate"] is None
