"""What may be said of a difference, and when nothing may."""

from __future__ import annotations

import pytest

from atlas.core.thread import Moments, SharedMoments
from atlas.reports.learning.estimate import Estimate, Verdict, estimate
from tests.reports.learning.threads import single

NAMES = ("the baseline window", "the recent window")
LOW = [0.2, 0.3] * 20
HIGH = [0.8, 0.9] * 20


def of(first: list[float], second: list[float], smallest: float | None = 0.05) -> Estimate:
    shared = SharedMoments(tasks=len(first) + len(second))
    return estimate(single(first), single(second), shared, NAMES, smallest)


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (LOW, HIGH, "higher"),
        (HIGH, LOW, "lower"),
        ([0.0, 1.0] * 10, [1.0, 0.0] * 10, "underpowered"),
        ([0.50, 0.51] * 30, [0.51, 0.50] * 30, "no difference found"),
    ],
)
def test_verdicts(first: list[float], second: list[float], verdict: Verdict) -> None:
    found = of(first, second)
    assert (found.verdict, found.reason) == (verdict, "")
    assert found.interval is not None


def test_without_an_effect_that_matters_nothing_is_underpowered() -> None:
    assert of([0.0, 1.0] * 10, [1.0, 0.0] * 10, None).verdict == "no difference found"


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([], HIGH, "the baseline window has no session with this number"),
        (LOW, [], "the recent window has no session with this number"),
        (LOW, [0.9], "the recent window rests on 1 task, and fewer than 10 show nothing"),
        (LOW[:9], HIGH, "the baseline window rests on 9 tasks, and fewer than 10 show nothing"),
        ([1.0] * 20, [1.0] * 20, "the number is the same in every session, so its error cannot be estimated"),
    ],
)
def test_what_cannot_be_said_has_a_reason(first: list[float], second: list[float], reason: str) -> None:
    found = of(first, second)
    assert (found.verdict, found.reason) == ("cannot say", reason)


def test_what_was_seen_is_kept_even_where_nothing_can_be_said() -> None:
    assert of(LOW, [0.95]).value == pytest.approx(0.7)
    assert estimate(Moments(), Moments(), SharedMoments(), NAMES, 0.05).value is None
