"""What a poisoned synthesizer cost, from outcomes."""

from __future__ import annotations

from atlas.reports.calibration.poisoning import poisoned_arm


def test_an_arm_compares_the_first_round_with_the_last_pair_by_pair() -> None:
    start = [True] * 90 + [False] * 10
    end = [True] * 40 + [False] * 60
    arm = poisoned_arm("off", [start, [True] * 70 + [False] * 30, end], [0, 3, 5])
    assert [(each.round, each.passed, each.of, each.entries) for each in arm.rounds] == [
        (0, 90, 100, 0),
        (1, 70, 100, 3),
        (2, 40, 100, 5),
    ]
    assert arm.points == -50.0
    assert arm.interval.high < 0
    assert not arm.safe


def test_nothing_lost_is_safe() -> None:
    arm = poisoned_arm("validated", [[True, False, True]] * 2, [0, 0])
    assert arm.points == 0
    assert arm.safe
    assert 0 in arm.interval
