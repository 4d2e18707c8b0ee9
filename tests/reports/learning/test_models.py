from __future__ import annotations

from dataclasses import replace

from atlas.core.thread import ModelTally
from atlas.reports.learning.models import part
from atlas.reports.learning.part import Labels
from tests.reports.learning.threads import thread


def test_models_by_role() -> None:
    seen = ModelTally("student", "small", 5, 4, 0.75, 0.5, "2026-03-02T09:00:00")
    found = part(replace(thread(), models=(seen,)), Labels())
    assert found.data["model_breakdown"] == [
        {
            "role": "student",
            "model_id": "small",
            "session_count": 5,
            "reward_count": 4,
            "reward_mean": 0.75,
            "latest_score": 0.5,
            "last_seen_at": "2026-03-02T09:00:00",
        }
    ]
    assert found.section.tables[0].rows[0] == (
        "student",
        "small",
        "5",
        "4",
        "0.750",
        "0.500",
        "2026-03-02T09:00:00",
    )


def test_unrecorded_models_are_said() -> None:
    assert "no run of these sessions recorded its models" in part(thread(), Labels()).section.paragraphs[0]
