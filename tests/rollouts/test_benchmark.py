"""Assignments: which task a group is of, and that no two trajectories are sampled alike."""

from __future__ import annotations

from atlas.rollouts.benchmark import assignments


def test_each_pass_takes_every_task_once_in_an_order_of_its_own() -> None:
    places = [assignments(step, 5, 2, seed=1)[0].place for step in range(15)]
    passes = [places[:5], places[5:10], places[10:]]
    assert [sorted(each) for each in passes] == [[0, 1, 2, 3, 4]] * 3
    assert len({tuple(each) for each in passes}) > 1


def test_no_trajectory_of_a_run_is_sampled_like_another() -> None:
    every = [(each.place, each.trial) for step in range(15) for each in assignments(step, 5, 4, seed=1)]
    assert len(set(every)) == len(every) == 60


def test_a_group_is_of_one_task_and_the_seed_decides_which() -> None:
    group = assignments(3, 50, 8, seed=1)
    assert {(each.step, each.place) for each in group} == {(3, group[0].place)}
    assert [each.trial for each in group] == list(range(8))
    assert group == assignments(3, 50, 8, seed=1)
    assert [assignments(step, 50, 8, seed=2)[0].place for step in range(9)] != [
        assignments(step, 50, 8, seed=1)[0].place for step in range(9)
    ]
