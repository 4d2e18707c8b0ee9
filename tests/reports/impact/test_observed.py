"""The guide's figures, by hand."""

from __future__ import annotations

import pytest

from atlas.reports.impact.observed import observed
from tests.reports.impact.evidences import Seen, evidence


def test_the_figures_of_the_guide() -> None:
    seen = observed(
        evidence(
            [
                Seen("shown", 1.0, "a", hits=2, adopted=1, tokens=100),
                Seen("shown", 0.5, "b", hits=2, adopted=1, tokens=200),
                Seen("withheld", 0.0, "b"),
                Seen(None, 0.25, "c", tokens=300),
                Seen(None, 0.75, "a", tokens=500),
            ]
        )
    )
    assert (seen.fired, seen.idle, seen.tasks_fired, seen.tasks_passed) == (2, 2, 2, 1)
    assert seen.adoption_rate is not None
    assert seen.reward_delta is not None
    assert seen.token_delta is not None
    assert seen.success_delta is not None
    assert seen.impact_score is not None
    assert seen.transfer_rate is not None
    assert seen.adoption_rate.value == 0.5
    assert seen.reward_delta.value == pytest.approx(0.75 - 0.5)
    assert seen.token_delta.value == 150 - 400
    assert seen.success_delta.value == 0.5
    assert seen.impact_score.value == pytest.approx(0.5 * 0.25)
    assert seen.transfer_rate.value == 0.5
    assert seen.transfer_success
    assert seen.reward_delta.interval is not None
    assert 0.25 in seen.reward_delta.interval


def test_what_never_fired_transfers_nowhere() -> None:
    """The older guide counted tasks whether or not the entry fired."""
    seen = observed(evidence([Seen(None, 1.0, task) for task in "abc"]))
    assert not seen.transfer_success
    assert seen.tasks_fired == 0
    assert (seen.adoption_rate, seen.reward_delta, seen.impact_score, seen.transfer_rate) == (None,) * 4


def test_one_task_gives_figures_without_an_interval() -> None:
    seen = observed(evidence([Seen("shown", 1.0), Seen(None, 0.5)]))
    assert seen.reward_delta is not None
    assert (seen.reward_delta.value, seen.reward_delta.interval) == (0.5, None)
    assert not seen.transfer_success
