"""Planted runs: through the loop, repeatable, with paired plays that differ in the plant alone."""

from __future__ import annotations

from collections import Counter

from atlas.runs.planted import MOST_TURNS, PlantedJob, planted, short_tasks

JOB = PlantedJob(seed=3, replication=0, rates=(0.5,), sessions=20, paired=10)


def test_a_replication_plays_both_panels_and_recovers_every_plant() -> None:
    result = planted(JOB)
    assert len(result.recovered) == 10
    assert {each.kind for each in result.recovered} == {"useful", "useless", "harmful"}
    matched = {each.matched for each in result.recovered}
    assert len(matched) == 1, "one cue, one stream"
    assert 8 < matched.pop() < 20
    assert all(0 < each.withheld < each.matched for each in result.recovered)
    assert result.played == 2 * 20 + len(result.paired)
    changed = Counter((each.plant, sign(each.with_it - each.without_it)) for each in result.paired)
    assert changed["useful-large", 1] > 0
    assert changed["useful-large", -1] == 0, "help never costs a session that it did not change otherwise"
    assert changed["harmful-large", -1] > 2 * changed["harmful-large", 1]
    assert not any(name.startswith("useless") for name, _ in changed)


def sign(difference: float) -> int:
    return (difference > 0) - (difference < 0)


def test_tasks_are_short_and_those_of_the_seed() -> None:
    tasks = short_tasks(5, 12)
    assert len(tasks) == 12
    assert max(len(task.brief.turns) for task in tasks) <= MOST_TURNS
    assert short_tasks(5, 12) == tasks
