"""An experiment report: what is compared with what, what is charged to whom, and what it warns of."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from atlas.reports.experiment.contamination import Hit
from atlas.reports.experiment.layout import ALONE, COMPARISONS, FROZEN, LEARNING, PLACEBO, STREAM, arm
from atlas.reports.experiment.report import experiment_report
from tests.reports.experiment.made import collected, half, layout
from tests.reports.played import OUTAGE


def test_the_frozen_playbook_is_better_and_the_placebo_is_not() -> None:
    report = experiment_report(layout(), collected())
    made = report.comparison(arm(ALONE, "test"), arm(FROZEN, "test"))
    assert made is not None
    assert (made.counts.pairs, made.tasks) == (60, 30)
    assert made.difference == pytest.approx(0.4)
    assert made.conclusion == "better"
    assert made.made_together == len(COMPARISONS)
    assert made.adjusted_p >= made.p_value
    placebo = report.comparison(arm(ALONE, "test"), arm(PLACEBO, "test"))
    assert placebo is not None
    assert placebo.difference == 0
    assert placebo.conclusion == "underpowered"
    assert placebo.interval.low < 0 < placebo.interval.high, "where nothing changed there still is an interval"


def test_orders_are_told_apart() -> None:
    """A playbook that helps in its first order alone."""
    report = experiment_report(
        layout(), collected(lambda name, task, trial: half("" if trial else name, task, trial))
    )
    assert [(o.order, o.split, o.comparison.counts.pairs) for o in report.orders] == [
        (0, "test", 30), (1, "test", 30), (0, "transfer", 20), (1, "transfer", 20),
    ]  # fmt: skip
    assert [o.comparison.difference for o in report.orders] == [pytest.approx(0.4), 0, pytest.approx(0.4), 0]


def test_trials_of_one_order_stay_with_it() -> None:
    plan = layout(trials=3)
    report = experiment_report(plan, collected(planned=plan))
    assert [o.comparison.counts.pairs for o in report.orders if o.split == "test"] == [90, 90]


def test_learning_is_charged_whole_with_every_role() -> None:
    plan = layout(acceptance="validated")
    charged = experiment_report(plan, collected(planned=plan)).charged
    assert charged.learning.total_tokens == 2 * 10 * 165 + 10 * 110
    assert charged.held_out.total_tokens == 2 * 50 * 110
    assert charged.successes == 2 * (27 + 18)
    assert charged.tokens_per_success == pytest.approx((4400 + 11000) / 90)
    assert charged.cost_per_success_usd == pytest.approx((20 * 0.03 + 10 * 0.01 + 100 * 0.01) / 90)


def test_without_a_success_nothing_has_a_price() -> None:
    charged = experiment_report(layout(), collected(lambda *_: False)).charged
    assert charged.tokens_per_success is None
    assert charged.cost_per_success_usd is None


def test_the_curve_follows_the_places_of_the_orders() -> None:
    """The last places fail in both orders, the first succeed: it does not matter when they were stored."""
    found = collected(lambda name, task, trial: task < 5)
    shuffled = list(found.sessions)
    Random(1).shuffle(shuffled)
    one, two = (experiment_report(layout(), replace(found, sessions=tuple(s))) for s in (found.sessions, shuffled))
    assert one.curves == two.curves
    learned, alone = one.curves
    assert learned.outcomes == (True,) * 10 + (False,) * 10
    assert (learned.arm, alone.arm, alone.outcomes) == ("atlas learning", ALONE, (True,) * 2 + (False,) * 10)


def test_a_complete_clean_experiment_warns_of_one_thing_only() -> None:
    (warning,) = experiment_report(layout(), collected()).warnings
    assert "luck" in warning


def test_what_is_missing_lost_or_leaked_is_said_first() -> None:
    found = collected()
    sessions = [replace(found.sessions[0], failure=OUTAGE, reward=None), *found.sessions[1:]]
    sessions = [s for s in sessions if s.slot.arm != arm(FROZEN, "transfer")]
    leaked = replace(found.certificate, hits=(Hit("name", "playbook, order 1", "test-1", "ana@x.com"),))
    report = experiment_report(layout(), replace(found, sessions=tuple(sessions), certificate=leaked))
    assert "sessions missing: atlas frozen, transfer 40" in report.warnings[0]
    assert "1 places; see the certificate" in report.warnings[1]
    assert "1 sessions were lost" in report.warnings[2]
    assert report.comparison(arm(ALONE, "transfer"), arm(FROZEN, "transfer")) is None


def test_an_experiment_that_has_only_begun_is_a_report() -> None:
    found = collected()
    report = experiment_report(layout(), replace(found, sessions=found.sessions[:3]))
    assert report.comparisons == ()
    nothing = experiment_report(layout(), replace(found, sessions=()))
    assert nothing.arms == ()
    assert nothing.timestamp == ""
    assert not nothing.simulated


def test_the_stream_is_compared_as_well() -> None:
    made = experiment_report(layout(), collected()).comparison(arm(ALONE, STREAM), LEARNING)
    assert made is not None
    assert made.counts.pairs == 12
