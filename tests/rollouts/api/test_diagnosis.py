"""The diagnosis: what will never leave is named, what only waits is not."""

from __future__ import annotations

from atlas.core.group_queue import GroupEntry, GroupId, Producer, Registration
from atlas.rollouts.api.diagnosis import problems
from atlas.rollouts.api.lineup import Lineup


def entry(number: int, size: int, env_id: int | None = None, *, buffered: bool = False) -> GroupEntry:
    return GroupEntry(GroupId(number), env_id, size, 1, b"", None if buffered else GroupId(number))


def found(batch_size: int, entries: list[GroupEntry], *producers: Producer) -> tuple[str, ...]:
    registration = Registration("g", "p", batch_size, 1, "c", 1, 0, 1)
    return problems(registration, producers, Lineup(entries))


def producer(env_id: int, group_size: int, share: float | None = None) -> Producer:
    return Producer(env_id, "maths", f"maths_{env_id}", 1.0, group_size, 100, share)


def test_waiting_for_more_of_the_same_is_no_problem() -> None:
    assert found(8, []) == ()
    assert found(8, [entry(1, 4)], producer(0, 4)) == ()
    assert found(12, [entry(1, 8)], producer(0, 8), producer(1, 4)) == (), "the other environment may still send"
    assert found(8, [entry(1, 3, 0, buffered=True), entry(2, 2, 0, buffered=True)], producer(0, 4)) == ()


def test_sizes_that_never_fit() -> None:
    (problem,) = found(12, [entry(1, 8)], producer(0, 8))
    assert problem.startswith("groups of 8 sequences can never be part of a batch of 12")
    (problem,) = found(4, [entry(1, 5)])
    assert "groups of 5 sequences" in problem


def test_buffers_that_never_fill() -> None:
    (problem,) = found(8, [entry(1, 3, 0, buffered=True)], producer(0, 4))
    assert "environment 0 (maths_0) registered groups of 4" in problem
    assert "groups of 3 sequences" in problem


def test_minima_that_are_not_met() -> None:
    (problem,) = found(8, [entry(1, 4)], producer(0, 4, 0.5), producer(1, 4))
    assert "every batch needs 4 sequences of environment 0 (maths_0)" in problem
    producers = [producer(number, 4, 1.0) for number in range(3)]
    many = found(8, [entry(number + 1, 4, number) for number in range(3)], *producers)
    assert many == (
        "the minima of the environments ask for 12 sequences of a batch of 8; lower min_batch_allocation or raise "
        "batch_size",
    )


def test_no_trainer() -> None:
    assert problems(None, (), Lineup()) == ()
    assert problems(None, (), Lineup([entry(1, 4)])) == ("groups wait for a trainer to register",)
