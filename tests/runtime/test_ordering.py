"""The order of a plan, and plans that have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.core.plan import PlanStep
from atlas.runtime.ordering import MOST_STEPS, PlanFault, ordered


def step(name: str, *after: str) -> PlanStep:
    return PlanStep(name, f"Do {name}.", after)


def test_a_step_comes_after_those_it_depends_on_and_else_as_given() -> None:
    plan = [step("report", "find", "move"), step("move", "find"), step("find"), step("greet")]
    assert [s.id for s in ordered(plan)] == ["find", "move", "report", "greet"]
    assert [s.id for s in ordered([step("a"), step("b"), step("c", "a")])] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("steps", "outcome", "reason"),
    [
        ([], "empty", "the plan has no steps"),
        ([step("a"), PlanStep("b", " \n")], "empty", "a step has no description"),
        ([step("a", "b"), step("b", "a"), step("c")], "cyclic", "wait for each other: a, b"),
        ([step("a", "a")], "cyclic", "wait for each other: a"),
        ([step("a"), step("b", "z")], "unknown_dependency", "not there: z"),
        ([step("a"), step("a")], "repeated_id", "same id: a"),
        ([step(str(n)) for n in range(MOST_STEPS + 1)], "too_long", "13 steps; at most 12"),
    ],
)
def test_a_plan_that_cannot_be_followed_says_why(steps: list[PlanStep], outcome: str, reason: str) -> None:
    with pytest.raises(PlanFault, match=reason) as refused:
        ordered(steps)
    assert refused.value.outcome == outcome


@given(st.lists(st.sets(st.integers(0, 7)), min_size=1, max_size=8))
def test_an_order_keeps_every_step_once_and_every_dependency(depends: list[set[int]]) -> None:
    steps = [step(str(n), *(str(m) for m in sorted(after))) for n, after in enumerate(depends)]
    try:
        order = [s.id for s in ordered(steps)]
    except PlanFault as fault:
        assert fault.outcome in ("cyclic", "unknown_dependency")  # noqa: PT017, both outcomes are right
        return
    assert sorted(order) == sorted(s.id for s in steps)
    assert all(order.index(after) < order.index(s.id) for s in steps for after in s.depends_on)
