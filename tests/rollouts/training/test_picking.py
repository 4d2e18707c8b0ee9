from __future__ import annotations

import random

import pytest

from atlas.rollouts.training.picking import Standard, best, pairs

SCORES = [0.2, 1.0, 0.0, -0.5, 1.0]
ALL = range(5)


@pytest.mark.parametrize(
    ("standard", "expected"),
    [
        (Standard(3), [1, 4, 0]),
        (Standard(1), [1]),
        (Standard(9, allow_negative=True), [1, 4, 0, 2, 3]),
        (Standard(9, difference=0.6), [1, 4, 0]),
        (Standard(9, allow_negative=True, difference=0.7), [1, 4]),
    ],
)
def test_the_best_are_taken_by_the_standard(standard: Standard, expected: list[int]) -> None:
    assert best(SCORES, list(ALL), standard) == expected


def test_what_is_not_usable_counts_for_the_lowest_score_only() -> None:
    assert best(SCORES, [0, 2], Standard(9, difference=0.6)) == [0]
    assert best([], [], Standard(9)) == []


def test_the_better_of_a_pair_is_better_by_more_than_the_difference() -> None:
    for seed in range(20):
        found = pairs(SCORES, list(ALL), Standard(3, difference=0.5), random.Random(seed))
        assert [better for better, _ in found] == [1, 4, 0][: len(found)]
        assert all(SCORES[better] - SCORES[worse] > 0.5 for better, worse in found)
        assert len({worse for _, worse in found}) == len(found) >= 2


def test_the_same_seed_draws_the_same_pairs() -> None:
    drawn = {tuple(pairs(SCORES, list(ALL), Standard(3), random.Random(7))) for _ in range(5)}
    assert len(drawn) == 1
    assert len({tuple(pairs(SCORES, list(ALL), Standard(3), random.Random(seed))) for seed in range(30)}) > 1


def test_equal_scores_and_single_members_make_no_pair() -> None:
    assert pairs([1.0, 1.0], [0, 1], Standard(3), random.Random(0)) == []
    assert pairs([1.0], [0], Standard(3), random.Random(0)) == []
    assert pairs([0.0, -1.0], [0, 1], Standard(3), random.Random(0)) == []
    assert pairs([0.0, -1.0], [0, 1], Standard(3, allow_negative=True), random.Random(0)) == [(0, 1)]
