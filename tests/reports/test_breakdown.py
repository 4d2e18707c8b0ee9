from __future__ import annotations

from atlas.core.tasks import TaskId
from atlas.reports.breakdown import FEW, Outcome, breakdown
from atlas.reports.statistics.intervals import wilson


def outcome(group: str, passed: bool, task: str) -> Outcome:
    return Outcome(group, passed, TaskId(task))


def test_each_group_has_its_rate_with_interval_and_number() -> None:
    found = breakdown([outcome("b", True, "1"), outcome("a", True, "2"), outcome("a", False, "3")])
    assert [(group.name, group.rate.passed, group.rate.total) for group in found] == [("a", 1, 2), ("b", 1, 1)]
    assert found[0].rate.interval == wilson(1, 2)


def test_a_wanted_order_comes_first() -> None:
    found = breakdown(
        [outcome(name, True, name) for name in ("odd", "complex", "a", "simple")], order=("simple", "complex")
    )
    assert [group.name for group in found] == ["simple", "complex", "a", "odd"]


def test_a_total_is_over_everything() -> None:
    outcomes = [outcome("b", True, "1"), outcome("a", True, "2"), outcome("a", False, "1")]
    total, *groups = breakdown(outcomes, total="all")
    assert (total.name, total.rate.passed, total.rate.total, total.tasks) == ("all", 2, 3, 2)
    assert [group.name for group in groups] == ["a", "b"]
    assert breakdown([], total="all") == ()


def test_a_group_is_small_by_its_tasks_not_by_its_turns() -> None:
    many_turns = [outcome("g", n % 2 == 0, f"task-{n % 3}") for n in range(60)]
    (group,) = breakdown(many_turns)
    assert (group.rate.total, group.tasks, group.few) == (60, 3, True)
    (enough,) = breakdown([outcome("g", True, f"task-{n}") for n in range(FEW)])
    assert not enough.few


def test_turns_of_one_task_widen_the_interval() -> None:
    alike = [outcome("g", n < 10, f"task-{n // 5}") for n in range(20)]
    apart = [outcome("g", n < 10, f"task-{n}") for n in range(20)]
    (one,), (other,) = breakdown(alike), breakdown(apart)
    assert one.rate.interval.high - one.rate.interval.low > 1.5 * (
        other.rate.interval.high - other.rate.interval.low
    )
