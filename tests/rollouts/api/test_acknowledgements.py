"""Acknowledgements: a group sent again is recognised exactly when its sender was not told."""

from __future__ import annotations

from atlas.core.group_queue import GroupEntry, GroupId
from atlas.rollouts.api.acknowledgements import REMEMBERED_S, Acknowledgements


def entry(number: int, digest: bytes = b"") -> GroupEntry:
    return GroupEntry(GroupId(number), None, 4, 100, digest or bytes([number]))


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_only_what_was_not_answered_is_recognised_and_once() -> None:
    kept = Acknowledgements(Clock())
    kept.stored([entry(1), entry(2)])
    kept.answered([GroupId(1)], arrived=True)
    kept.answered([GroupId(2)], arrived=False)
    assert [kept.in_doubt(bytes([number])) for number in (1, 2)] == [False, True]
    kept.told([bytes([2])])
    assert not kept.in_doubt(bytes([2]))
    kept.not_told([bytes([2])])
    assert kept.in_doubt(bytes([2]))


def test_complete_to_is_the_last_before_the_first_that_is_open() -> None:
    kept = Acknowledgements(Clock())
    assert kept.complete_to == 0
    kept.stored([entry(number) for number in (1, 2, 3, 4)])
    assert kept.complete_to == 0
    kept.answered([GroupId(1), GroupId(3)], arrived=True)
    assert kept.complete_to == 1
    kept.answered([GroupId(2), GroupId(4)], arrived=False)
    assert kept.complete_to == 4


def test_after_a_restart_the_last_ones_are_in_doubt() -> None:
    kept = Acknowledgements(Clock())
    kept.restore(GroupId(2), [entry(number) for number in (1, 2, 3, 4)])
    assert [kept.in_doubt(bytes([number])) for number in (1, 2, 3, 4)] == [False, False, True, True]
    assert kept.complete_to == 4


def test_doubt_ends_after_a_while() -> None:
    clock = Clock()
    kept = Acknowledgements(clock)
    kept.restore(GroupId(0), [entry(1)])
    clock.now += REMEMBERED_S + 1
    assert not kept.in_doubt(bytes([1]))
