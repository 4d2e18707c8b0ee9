from __future__ import annotations

from pathlib import Path

from atlas.core.tasks import Setup
from atlas.discovery.environment import DiscoveredEnvironment
from atlas.discovery.trial import try_out
from tests.discovery.projects import counting


async def test_a_trial_tells_what_was_played(tmp_path: Path) -> None:
    setup = Setup("2026-01-01T00:00:00+00:00", "5", {"task": "count"})
    trial = await try_out(DiscoveredEnvironment("counter", counting(tmp_path)), setup, "count")
    assert trial.first == {"left": 3, "task": "count", "seed": 5}
    assert trial.plan == ["take one", "until none is left"]
    assert [(act["action"], act["observation"]["left"]) for act in trial.acts] == [(1, 2), (1, 1), (1, 0)]
    assert (trial.rewards, trial.done, trial.answer) == ([1.0], True, "count: 3 taken; unguided")
    assert [event["type"] for event in trial.events] == ["thought"] * 3
    assert trial.files == ("desk.py",)
