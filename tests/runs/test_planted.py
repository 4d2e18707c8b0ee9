"""Planted runs: through the loop, repeatable, with paired plays that differ in the plant alone."""

from __future__ import annotations

from collections import Counter

from atlas.learning.cue import detector
from atlas.learning.passage import passage
from atlas.models.offline.plants import HARD_CUE
from atlas.runs.planted import MOST_TURNS, PlantedJob, calling_tasks, planted, spread

JOB = PlantedJob(seed=3, replication=0, rates=(0.5,), sessions=20, paired=10)


def test_a_replication_plays_both_panels_and_recovers_every_plant() -> None:
    result = planted(JOB)
    assert len(result.recovered) == 10
    assert {each.kind for each in result.recovered} == {"useful", "useless", "harmful"}
    assert {each.matched for each in result.recovered} == {20}, "one cue, one stream"
    assert all(0 < each.withheld < each.matched for each in result.recovered)
    tasks = len(calling_tasks(JOB.world_seed, 20))
    assert tasks > 20, "some call for no plant"
    assert result.played == 2 * tasks + len(result.paired)
    changed = Counter((each.plant, sign(each.with_it - each.without_it)) for each in result.paired)
    assert changed["useful-large", 1] > 0
    assert changed["useful-large", -1] == 0, "help never costs a session that it did not change otherwise"
    assert changed["harmful-large", -1] > 2 * changed["harmful-large", 1]
    assert not any(name.startswith("useless") for name, _ in changed)


def sign(difference: float) -> int:
    return (difference > 0) - (difference < 0)


def test_the_sample_is_spread_over_the_stream() -> None:
    assert spread(range(10), 5) == [0, 2, 4, 6, 8]
    assert spread(range(7), 3) == [0, 2, 4]
    assert spread(range(3), 9) == [0, 1, 2]
    assert spread([], 4) == []


def test_tasks_are_short_and_those_of_the_seed() -> None:
    tasks = calling_tasks(5, 12)
    assert max(len(task.brief.turns) for task in tasks) <= MOST_TURNS
    assert calling_tasks(5, 12) == tasks
    cue = detector(HARD_CUE)
    calling = [any(cue.hits(passage(turn)) for turn in task.brief.turns) for task in tasks]
    assert (sum(calling), calling[-1]) == (12, True)
