"""Shares: what environments are told, by the arithmetic of the protocol."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.group_queue import GroupEntry, GroupId, Producer
from atlas.rollouts.api.lineup import Lineup
from atlas.rollouts.api.shares import minima, producer_status


def producer(env_id: int, group_size: int = 4, share: float | None = None, weight: float = 1.0) -> Producer:
    return Producer(env_id, "maths", f"maths_{env_id}", weight, group_size, 100, share)


def lineup(*groups: tuple[int | None, int]) -> Lineup:
    entries = (
        GroupEntry(GroupId(number), env_id, size, 1, b"", GroupId(number))
        for number, (env_id, size) in enumerate(groups, 1)
    )
    return Lineup(entries)


def test_others_count_in_groups_of_the_largest_size_less_their_share() -> None:
    producers = [producer(0), producer(1, share=0.25), producer(2)]
    waiting = lineup((0, 4), (1, 8), (1, 8), (2, 4), (None, 4))
    status = producer_status(producers[0], producers, waiting, 16, 3, set())
    # Own 4; of the others 16 - 4 that are reserved, and 4 each counted as 8.
    assert (status.queue_size, status.self_queue_size, status.max_group_size) == ((4 + 12 + 8 + 8) // 4, 1, 8)
    assert status.unallocated_fraction == 0.75


def test_groups_of_one_count_the_others_too() -> None:
    producers = [producer(0, 1), producer(1, 1)]
    waiting = lineup((0, 1), *[(1, 1)] * 5)
    assert producer_status(producers[0], producers, waiting, 8, 0, set()).queue_size == 6


def test_what_can_never_leave_holds_up_only_who_sent_it() -> None:
    producers = [producer(0), producer(1, 5)]
    waiting = lineup((0, 4), *[(1, 5)] * 10)
    assert producer_status(producers[0], producers, waiting, 8, 0, {5}).queue_size == 1
    assert producer_status(producers[1], producers, waiting, 8, 0, {5}).self_queue_size == 10


def test_weights_are_shares_of_those_that_are_connected() -> None:
    producers = [producer(0), producer(1, weight=3.0), replace(producer(2, weight=9.0), connected=False)]
    weights = [producer_status(each, producers, lineup(), 8, 0, set()).env_weight for each in producers[:2]]
    assert weights == [0.25, 0.75]
    alone = [producer(0, weight=0.0)]
    assert producer_status(alone[0], alone, lineup(), 8, 0, set()).env_weight == 0.01


def test_minima_are_scaled_to_the_batch_but_not_below_a_group() -> None:
    producers = [producer(0, share=0.5), producer(1), producer(2, share=0.25)]
    assert minima(16, producers, lineup()) == {0: 8, 2: 4}
    greedy = [producer(0, share=1.0), producer(1, share=1.0), producer(2, share=0.1)]
    assert minima(16, greedy, lineup((2, 2))) == {0: 7, 1: 7, 2: 2}
    gone = [replace(each, connected=False) for each in greedy]
    assert minima(16, gone, lineup()) == {}
