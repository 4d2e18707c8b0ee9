"""Scores of planted effects, by hand."""

from __future__ import annotations

import pytest

from atlas.reports.calibration.recovery import (
    Kind,
    PairedPlay,
    Recovered,
    Share,
    plant_scores,
    rate_scores,
)
from atlas.reports.statistics.intervals import Interval
from atlas.reports.statistics.power import difference_power


def recovered(
    plant: str,
    kind: Kind,
    effect: float | None,
    found: int = 0,
    *,
    replication: int = 0,
    naive: float | None = None,
    claim: int = 0,
    rate: float = 0.5,
) -> Recovered:
    span = None if effect is None else Interval(effect - 0.1, effect + 0.1)
    return Recovered(0, plant, kind, rate, replication, 100, 50, effect, span, found, 0.4, naive, claim)


def pairs(plant: str, gained: int, lost: int, same: int, rate: float = 0.5) -> list[PairedPlay]:
    outcomes = [(1.0, 0.0)] * gained + [(0.0, 1.0)] * lost + [(1.0, 1.0)] * same
    return [PairedPlay(0, plant, rate, *each) for each in outcomes]


def test_a_plant_is_scored_against_what_the_pairs_say() -> None:
    mine = [
        recovered("u", "useful", 0.25, 1, naive=-0.1, claim=-1),
        recovered("u", "useful", -0.05, 0, replication=1, naive=0.1),
        recovered("u", "useful", 0.22, -1, replication=2, naive=-0.2, claim=-1),
        recovered("u", "useful", None, 0, replication=3),
    ]
    (score,) = plant_scores(mine, pairs("u", 24, 4, 72))
    assert score.truth == pytest.approx(0.2)
    assert score.truth in score.truth_interval
    assert score.mean_effect == pytest.approx(0.14)
    assert score.sign_right == Share(2, 3)
    assert score.found_right == Share(1, 4)
    assert score.found_wrong == Share(1, 4), "the wrong sign"
    assert score.covered == Share(2, 3)
    assert score.naive_sign_right == Share(1, 3)
    assert score.naive_claims_wrong == Share(2, 4)
    assert score.power == pytest.approx(difference_power(50, 50, 0.4, 0.2))
    assert difference_power(score.needed // 2, score.needed // 2, 0.4, 0.2) >= 0.8
    assert difference_power((score.needed - 20) // 2, (score.needed - 20) // 2, 0.4, 0.2) < 0.8


def test_a_useless_plant_does_nothing_by_construction() -> None:
    (score,) = plant_scores([recovered("x", "useless", 0.05, 1), recovered("x", "useless", -0.2, 0)], [])
    assert (score.truth, score.truth_interval) == (0.0, Interval(0.0, 0.0))
    assert score.sign_right == score.found_right == Share(0, 0)
    assert score.sign_right.value is None
    assert score.found_wrong == Share(1, 2)
    assert score.covered == Share(1, 2)


def test_the_goals_of_a_rate() -> None:
    mine = [
        # Playbook 0: three findings, one of them wrong; the naive claims are all wrong.
        recovered("u", "useful", 0.2, 1, naive=-0.1, claim=-1),
        recovered("h", "harmful", -0.2, -1, naive=-0.3, claim=0),
        recovered("x", "useless", 0.3, 1, naive=-0.2, claim=-1),
        # Playbook 1: nothing found.
        recovered("u", "useful", -0.01, 0, replication=1, naive=0.1),
        recovered("h", "harmful", -0.1, 0, replication=1, naive=0.1),
        recovered("x", "useless", 0.0, 0, replication=1),
        recovered("u", "useful", 0.2, 1, rate=0.1),
    ]
    half, tenth = rate_scores(mine)
    assert (half.withhold_rate, half.playbooks, half.findings) == (0.5, 2, 3)
    assert half.sign_right_of_findings == Share(2, 2)
    assert half.sign_right_of_estimates == Share(3, 4)
    assert half.false_discovery_rate == pytest.approx((1 / 3 + 0) / 2)
    assert half.useless_found == Share(1, 2)
    assert half.naive_sign_right == Share(2, 4)
    assert half.naive_false_discovery_rate == pytest.approx((2 / 2 + 0) / 2)
    assert half.naive_useless_claimed == Share(1, 2)
    assert (tenth.withhold_rate, tenth.playbooks, tenth.false_discovery_rate) == (0.1, 1, 0.0)
