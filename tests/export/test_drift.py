"""Drift in a record: its numbers, and a sentence that says what they mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.drift import Baseline, Drift, Spread
from atlas.export.drift import drift_record, reason
from atlas.export.record import Exported, session_record
from tests.reports.played import session


def fallen(spread: Spread = "mad") -> Drift:
    return Drift("fell", 0.4, 12, 5, 50, 3.0, Baseline(12, 0.9, 0.07, 0.1, spread), -5.0)


SHORT = Drift("insufficient_baseline", 0.4, 3, 5, 50, 3.0)


def test_a_fall_says_how_far() -> None:
    assert reason(fallen()) == (
        "the reward fell to 0.4, 5 scales from the median 0.9 of 12 sessions "
        "(a scale is 0.1, from the median absolute deviation; 3 are an alert when they are a fall)"
    )


@pytest.mark.parametrize(
    ("spread", "said"), [("mean_deviation", "more than half"), ("floor", "the least that counts")]
)
def test_it_says_when_the_median_deviation_is_nothing_to_measure_by(spread: Spread, said: str) -> None:
    assert said in reason(fallen(spread))


def test_too_short_a_history_says_so() -> None:
    assert reason(SHORT) == "3 earlier sessions count, and a baseline needs 5"
    assert drift_record(SHORT)["baseline"] is None


def test_the_record_has_drift_and_its_alert() -> None:
    found = session_record(Exported(replace(session("c1", True), drift=fallen()), ""))
    assert found["drift"] is not None
    assert (found["drift"]["z"], found["drift"]["alert"], found["drift_alert"]) == (-5.0, True, True)
    short = session_record(Exported(replace(session("c1", True), drift=SHORT), ""))
    assert short["drift"] is not None
    assert short["drift_alert"] is None, "nobody can tell yet"
    unwatched = session_record(Exported(session("c1", True), ""))
    assert (unwatched["drift"], unwatched["drift_alert"]) == (None, None)
