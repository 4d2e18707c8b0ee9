"""The manifest: slugs that part, names that label, leaders that really lead."""

from __future__ import annotations

from atlas.core.playbook import LearningKey
from atlas.core.thread import ThreadId
from atlas.reports.learning.comparison import Comparison
from atlas.reports.learning.estimate import Estimate
from atlas.reports.learning.manifest import Reported, manifest_json, names, slugs


def of(*keys: str, simulated: bool = False) -> list[ThreadId]:
    return [ThreadId(LearningKey(key), simulated) for key in keys]


def reported(name: str, delta: float | None, sessions: int | None = 0, momentum: float = 0.0) -> Reported:
    found: Comparison | str = "no such key before"
    if delta is not None:
        estimate = Estimate(delta, None, None, 0.05, "cannot say", "overlap")
        found = Comparison("old/index.json", False, estimate, None, sessions, None, None, None, {})
    (thread,) = of(name)
    seen = Estimate(momentum, None, None, 0.05, "cannot say", "few")
    return Reported(thread, name, 7, {"json": f"{name}.json"}, seen, 0.5, 0.5, found)


def test_keys_with_the_same_first_letters_have_slugs_of_their_own() -> None:
    threads = of("crm-benchmark-student-A", "crm-benchmark-student-B", "CRM benchmark student", "---", "!!!")
    found = slugs(threads)
    assert len(set(found.values())) == 5
    assert found[threads[0]].startswith("crmbenchmarkstud-")
    assert found[threads[3]].startswith("key-")


def test_real_and_simulated_sessions_of_a_key_are_told_apart() -> None:
    (real,), (simulated,), (alone,) = of("k"), of("k", simulated=True), of("z", simulated=True)
    assert len(set(slugs([real, simulated]).values())) == 2
    assert names([real, simulated, alone]) == {real: "k", simulated: "k (simulated)", alone: "z"}


def test_a_slug_does_not_depend_on_what_else_is_reported() -> None:
    one, other = of("a", "b")
    assert slugs([one])[one] == slugs([other, one])[one]


def test_what_did_not_rise_is_no_leader() -> None:
    rows = [reported("up", 0.2, 5), reported("flat", 0.0, 0), reported("down", -0.1, -3), reported("new", None)]
    found = manifest_json(rows, {}, "old/index.json", "now")
    board = found["aggregate"]
    assert [row["learning_key"] for row in board["recent_mean_best"]] == ["up"]
    assert [row["learning_key"] for row in board["recent_mean_worst"]] == ["down"]
    assert board["session_growth"] == [{"learning_key": "up", "delta": 5.0}]
    assert board["session_drop"] == [{"learning_key": "down", "delta": -3.0}]
    assert found["aggregates"] == board
    assert found["not_compared"] == {"new": "no such key before"}
    assert found["comparisons"].keys() == {"up", "flat", "down"}


def test_at_most_five_lead_and_momentum_carries_its_verdict() -> None:
    rows = [reported(f"k{number}", None, momentum=number / 10) for number in range(8)]
    best = manifest_json(rows, {}, None, "now")["aggregate"]["momentum_best"]
    assert [row["learning_key"] for row in best] == ["k7", "k6", "k5", "k4", "k3"]
    assert best[0]["verdict"] == "cannot say"
