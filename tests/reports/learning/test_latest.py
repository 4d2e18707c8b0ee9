from __future__ import annotations

from dataclasses import replace

from atlas.reports.learning.latest import part
from atlas.reports.learning.part import Labels
from tests.reports.learning.threads import latest, thread


def test_sessions_under_the_names_that_readers_know() -> None:
    lost = latest(8, success=None, status="failed")
    found = part(replace(thread(), latest=(lost, latest(7))), Labels())
    first, second = found.data["sessions"]
    assert (second["reward_score"], second["trajectory_events"], second["student_model_id"]) == (0.9, 17, "small")
    assert second["token_usage"] == {"total_tokens": 1200, "cost_usd": 0.01}
    assert second["learning_usage"] == {"cue_hits": 4, "action_adoptions": 2}
    assert first["status"] == "failed"
    assert [row[3] for row in found.section.tables[0].rows] == ["lost", "yes"]


def test_none_is_said() -> None:
    assert part(thread(), Labels()).section.paragraphs == ("There is no session of this key that fits.",)
