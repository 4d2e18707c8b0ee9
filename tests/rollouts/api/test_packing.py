"""Packing: a batch whenever there is one, of exactly so many sequences, oldest first."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.rollouts.api.packing import Item, can_complete, earliest_batch, earliest_subset, fill

sizes = st.lists(st.integers(1, 9), max_size=9)
items = st.lists(st.builds(Item, st.sampled_from([None, 0, 1, 2]), st.integers(1, 6)), max_size=8)


def all_choices(count: int) -> list[tuple[int, ...]]:
    """Every choice of positions, in the order of preference: with the earlier position before without it."""
    chosen = [choice for size in range(count + 1) for choice in combinations(range(count), size)]
    return sorted(chosen, key=lambda choice: [position not in choice for position in range(count)])


@given(sizes, st.integers(1, 25))
def test_the_earliest_of_all_choices(given_sizes: list[int], target: int) -> None:
    fitting = (c for c in all_choices(len(given_sizes)) if c and sum(given_sizes[p] for p in c) == target)
    assert earliest_subset(given_sizes, target) == next(fitting, None)


@given(items, st.integers(1, 16), st.dictionaries(st.sampled_from([0, 1]), st.integers(0, 8)))
def test_a_batch_exactly_when_minima_can_be_met(
    given_items: list[Item], target: int, minima: dict[int, int]
) -> None:
    def fits(choice: tuple[int, ...]) -> bool:
        chosen = [given_items[position] for position in choice]
        return sum(item.size for item in chosen) == target and all(
            sum(item.size for item in chosen if item.env_id == env_id) >= least for env_id, least in minima.items()
        )

    found = earliest_batch(given_items, target, minima)
    assert (found is not None) == any(map(fits, all_choices(len(given_items))))
    if found is not None:
        assert fits(found)
        assert found == tuple(sorted(set(found)))


@given(sizes, st.integers(1, 6), st.integers(1, 20))
def test_a_unit_is_the_smallest_multiple(given_sizes: list[int], group_size: int, most: int) -> None:
    found = fill(given_sizes, group_size, most)
    totals = {sum(given_sizes[p] for p in choice) for choice in all_choices(len(given_sizes))}
    multiples = [t for t in totals if t and t % group_size == 0 and t <= max(most, group_size)]
    assert (found is not None) == bool(multiples)
    if found:
        assert sum(given_sizes[position] for position in found) == min(multiples)


def test_minima_take_the_oldest_of_each_and_the_rest_by_age() -> None:
    queue = [Item(0, 2), Item(0, 2), Item(0, 2), Item(1, 2), Item(None, 2), Item(1, 2)]
    assert earliest_batch(queue, 8, {1: 3}) == (0, 1, 3, 5)
    assert earliest_batch(queue, 8, {1: 0}) == (0, 1, 2, 3)
    assert earliest_batch(queue, 8, {2: 1}) is None


def test_a_size_that_does_not_fit_holds_nobody_up() -> None:
    assert earliest_subset([5, 4, 4], 8) == (1, 2)
    assert earliest_subset([5, 4, 4, 3], 8) == (0, 3)
    assert earliest_subset([8] * 6, 12) is None


@pytest.mark.parametrize(
    ("size", "others", "target", "can"),
    [
        (8, [], 12, False),
        (8, [4], 12, True),
        (5, [4], 8, False),
        (5, [3], 8, True),
        (9, [1], 8, False),
        (1, [], 7, True),
    ],
)
def test_what_can_ever_complete(size: int, others: list[int], target: int, can: bool) -> None:
    assert can_complete(size, others, [target]) is can


def test_a_long_queue_is_searched_quickly() -> None:
    found = earliest_subset([3] + [4] * 20_000 + [5], 2048)
    assert found is not None
    assert (found[0], found[-1]) == (0, 20_001)
