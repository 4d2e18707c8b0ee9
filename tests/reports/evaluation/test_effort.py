from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.session import Session
from atlas.core.tools import ToolResult
from atlas.core.trajectory import Step, Turn
from atlas.reports.evaluation.effort import effort
from tests.reports.played import OUTAGE, session, turn


def with_turns(*turns: Turn) -> Session:
    made = session("a", True)
    assert made.played is not None
    trajectory = replace(made.played.trajectory, turns=turns)
    return replace(made, played=replace(made.played, trajectory=trajectory))


def lasting(duration_s: float) -> Turn:
    one = turn(1, "done")
    steps = tuple(Step(replace(step.completion, duration_s=duration_s / 2), step.results) for step in one.steps)
    return replace(one, steps=steps)


def test_steps_calls_errors_and_time() -> None:
    refused = replace(
        turn(1, "no"), steps=(Step(turn(1, "").steps[0].completion, (ToolResult("1", "x", error="no"),)),)
    )
    found = effort([with_turns(turn(1, "done"), refused)])
    assert (found.turns, found.steps_per_turn, found.calls_per_turn) == (2, 1.5, 1.0)
    assert (found.errors.passed, found.errors.total) == (1, 2)
    assert found.latency is not None
    assert found.latency.turns == 2
    assert found.latency.median_s == pytest.approx((0.75 + 0.25) / 2)


def test_the_95th_percentile_is_the_smallest_that_19_of_20_do_not_exceed() -> None:
    found = effort([with_turns(*(lasting(float(n)) for n in range(1, 21)))])
    assert found.latency is not None
    assert (found.latency.median_s, found.latency.p95_s) == (10.5, 19.0)


def test_no_recorded_time_is_not_a_time_of_zero() -> None:
    assert effort([with_turns(lasting(0.0))]).latency is None


def test_nothing_played() -> None:
    found = effort([session("a", None, failure=OUTAGE)])
    assert (found.turns, found.steps_per_turn, found.calls_per_turn, found.latency) == (0, None, None, None)
    assert found.errors.total == 0
