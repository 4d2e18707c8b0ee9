"""A trial, measured: when a version is not worse, and why it was not accepted otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.session import Session
from atlas.core.trial import Trial
from atlas.reports.statistics.noninferiority import noninferior_rate
from atlas.reports.statistics.paired import PairedCounts
from atlas.reports.trial import Terms, trial_of
from tests.reports.played import OUTAGE, session

TERMS = Terms(4, ("s1", "s2"), "slice", margin=0.05, alpha=0.05)


def tried(both: int, gained: int, lost: int, neither: int = 0, *, trials: int = 1, terms: Terms = TERMS) -> Trial:
    """A trial with so many pairs of each kind; of several trials of a task all end alike."""
    outcomes = (
        [(True, True)] * both + [(False, True)] * gained + [(True, False)] * lost + [(False, False)] * neither
    )
    sessions = [
        session(f"t{number:03}", passed, arm, trial=trial)
        for number, pair in enumerate(outcomes)
        for arm, passed in zip(("old", "new"), pair, strict=True)
        for trial in range(trials)
    ]
    return trial_of(sessions, "old", "new", terms)


def test_a_gain_is_accepted_with_its_figures() -> None:
    trial = tried(30, 6, 1, 23)
    assert trial.accepted
    assert (trial.tasks, trial.pairs, trial.gained, trial.lost) == (60, 60, 6, 1)
    assert trial.before == pytest.approx(31 / 60)
    assert trial.after == pytest.approx(36 / 60)
    expected = noninferior_rate(PairedCounts(30, 6, 1, 23), 0.05, 0.05)
    assert trial.p_value == pytest.approx(expected.p_value)
    assert trial.low > -0.05
    assert trial.reason == "6 gained, 1 lost of 60 pairs: a loss of 5 points is ruled out"
    assert (trial.base, trial.sources, trial.validation) == (4, ("s1", "s2"), "slice")
    assert trial.spent.total_tokens == 120 * 120


def test_no_change_at_all_is_not_worse_once_there_are_enough_pairs() -> None:
    assert tried(60, 0, 0).accepted
    few = tried(40, 0, 0)
    assert not few.accepted
    assert "too few to rule out a loss of 5 points, even if nothing is lost" in few.reason


def test_more_lost_than_gained_is_worse_however_small() -> None:
    """Each of a row of such losses would be within the margin."""
    trial = tried(990, 4, 5, terms=replace(TERMS, margin=0.2))
    assert trial.p_value < 0.05
    assert not trial.accepted
    assert trial.reason.endswith("worse")


def test_much_change_without_a_sum_is_not_ruled_out() -> None:
    trial = tried(40, 10, 10)
    assert not trial.accepted
    assert "a loss of 5 points is not ruled out" in trial.reason


def test_trials_of_one_task_are_not_evidence_of_their_own() -> None:
    """Wholly alike trials leave the evidence where it was; the counts are the real ones."""
    one, three = tried(50, 6, 1, 3), tried(50, 6, 1, 3, trials=3)
    assert (three.tasks, three.pairs, three.gained) == (60, 180, 18)
    assert three.p_value == pytest.approx(one.p_value, abs=0.01)


def test_pairs_that_an_outage_tore_apart_are_left_out() -> None:
    sessions: list[Session] = []
    for number in range(70):
        lost = number < 5
        sessions.append(session(f"t{number}", True, "old"))
        sessions.append(session(f"t{number}", None if lost else True, "new", failure=OUTAGE if lost else None))
    trial = trial_of(sessions, "old", "new", TERMS)
    assert (trial.pairs, trial.unpaired, trial.accepted) == (65, 5, True)


def test_nothing_played_is_nothing_accepted() -> None:
    trial = trial_of([], "old", "new", TERMS)
    assert not trial.accepted
    assert trial.before is None
    assert trial.reason == "no pair was scored under both versions"
