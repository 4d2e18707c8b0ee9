"""Drift: a reward against a baseline that it is not part of."""

from __future__ import annotations

from statistics import stdev

import pytest

from atlas.core.history import History, PastSession
from atlas.core.playbook import LearningKey
from atlas.verify.config import DriftConfig
from atlas.verify.drift import MIN_SCALE, DriftWatch, baseline, drift

CONFIG = DriftConfig()
USUAL = [0.7, 0.8, 0.9, 0.75, 0.85]


def test_a_fall_is_an_alert_and_a_rise_is_only_told() -> None:
    fell, rose, steady = (drift(reward, USUAL, CONFIG) for reward in (0.1, 1.7, 0.8))
    assert (fell.outcome, fell.alert) == ("fell", True)
    assert (rose.outcome, rose.alert) == ("rose", False)
    assert (steady.outcome, steady.alert, steady.z) == ("steady", False, 0.0)


def test_the_distance_is_in_scaled_median_deviations() -> None:
    known = baseline(USUAL)
    assert (known.median, known.spread, known.sessions) == (0.8, "mad", 5)
    assert known.mad == pytest.approx(0.05)
    assert known.scale == pytest.approx(1.4826 * 0.05)
    assert drift(0.5, USUAL, CONFIG).z == pytest.approx(-0.3 / (1.4826 * 0.05))


def test_one_outlier_does_not_hide_the_next() -> None:
    spoilt = [*USUAL, 0.0]
    assert drift(0.1, spoilt, CONFIG).alert
    assert (0.1 - sum(spoilt) / 6) / stdev(spoilt) > -2, "which a mean and a standard deviation would not see"


def test_five_sessions_are_enough_for_an_alert_because_the_sixth_is_none_of_them() -> None:
    found = drift(0.0, [0.9] * 5, CONFIG)
    assert found.alert
    assert found.sessions == 5


def test_without_a_median_deviation_the_mean_one_stands_in() -> None:
    mostly = [1.0] * 7 + [0.5, 0.4, 0.1]
    known = baseline(mostly)
    assert (known.mad, known.spread) == (0.0, "mean_deviation")
    assert known.scale == pytest.approx(1.2533 * 0.2)


@pytest.mark.parametrize("rewards", [[0.9] * 9, [0.9, 0.9, 0.9, 0.9, 0.91], [0.90, 0.901, 0.902, 0.903, 0.904]])
def test_a_spread_that_is_next_to_nothing_is_not_believed(rewards: list[float]) -> None:
    known = baseline(rewards)
    assert (known.scale, known.spread) == (MIN_SCALE, "floor")
    assert not drift(0.8, rewards, CONFIG).alert
    assert drift(0.7, rewards, CONFIG).alert


def test_too_short_a_history_says_nothing() -> None:
    found = drift(0.0, [0.9] * 4, CONFIG)
    assert (found.outcome, found.alert, found.baseline, found.z) == ("insufficient_baseline", False, None, None)
    assert (found.sessions, found.min_baseline) == (4, 5)


def test_only_the_last_sessions_of_the_window_count() -> None:
    narrow = DriftConfig(window=5)
    assert drift(0.2, [0.9] * 20 + [0.2] * 5, narrow).outcome == "steady"
    assert drift(0.2, [0.9] * 20 + [0.2] * 5, CONFIG).outcome == "fell"


def test_the_threshold_decides() -> None:
    assert drift(0.6, USUAL, DriftConfig(z_threshold=2.5)).alert
    assert not drift(0.6, USUAL, DriftConfig(z_threshold=2.8)).alert


class Rewards:
    """A history of rewards that remembers what it was asked."""

    def __init__(self, *rewards: float) -> None:
        self.recent = tuple(PastSession(reward, None, None) for reward in rewards)
        self.asked: list[tuple[str, int, bool]] = []

    async def of(self, key: LearningKey, limit: int, *, simulated: bool) -> History:
        self.asked.append((key, limit, simulated))
        return History(len(self.recent), None, self.recent[-limit:])


async def test_the_baseline_is_that_of_the_key_and_the_kind_of_student() -> None:
    history = Rewards(*USUAL)
    found = await DriftWatch(history, DriftConfig(window=7)).look(LearningKey("k"), 0.1, simulated=True)
    assert history.asked == [("k", 7, True)]
    assert found.alert


def test_a_baseline_that_could_never_be_full_is_refused() -> None:
    with pytest.raises(ValueError, match="min_baseline 9 can never be reached in a window of 8"):
        DriftConfig(window=8, min_baseline=9)
