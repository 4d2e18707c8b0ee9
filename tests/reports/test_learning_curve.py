from __future__ import annotations

from atlas.reports.learning_curve import learning_curve
from atlas.reports.statistics.intervals import wilson
from tests.reports.played import OUTAGE, arm, session


def test_the_trailing_rate_over_the_window() -> None:
    curve = learning_curve(arm("learning", [False, False, True, True, True]), window=3)
    assert [point.session for point in curve.points] == [1, 2, 3, 4, 5]
    assert [point.count for point in curve.points] == [1, 2, 3, 3, 3]
    assert [round(point.rate, 3) for point in curve.points] == [0.0, 0.0, 0.333, 0.667, 1.0]
    assert curve.points[3].interval == wilson(2, 3)
    assert curve.arm == "learning"


def test_a_session_without_a_score_moves_nothing() -> None:
    stream = [session("a", True), session("b", None, failure=OUTAGE), session("c", False)]
    curve = learning_curve(stream, window=2)
    assert curve.outcomes == (True, None, False)
    assert [(point.session, point.rate) for point in curve.points] == [(1, 1.0), (3, 0.5)]


def test_the_window_follows_the_length_of_the_stream() -> None:
    windows = [learning_curve(arm("l", [True] * n)).window for n in (4, 40, 60, 500)]
    assert windows == [5, 10, 15, 20]


def test_an_empty_stream() -> None:
    assert learning_curve([]).points == ()
