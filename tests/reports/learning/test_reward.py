"""Momentum: disjoint windows, and honest words where they are short."""

from __future__ import annotations

import pytest

from atlas.reports.learning.part import Labels
from atlas.reports.learning.reward import measure, part
from tests.reports.learning.threads import tally, thread


def test_recent_is_held_against_what_came_before_it() -> None:
    found = measure(thread(baseline=[0.2, 0.3] * 20, recent=[0.8, 0.9] * 8))
    assert found.reward.value == pytest.approx(0.6)
    assert (found.reward.verdict, found.success.verdict) == ("higher", "cannot say")
    assert found.success.reason == "the number is the same in every session, so its error cannot be estimated"
    assert found.latest == 0.9
    assert found.baseline.last is not None
    assert found.recent.first_number == found.baseline.last.number + 1, "the windows share no session"


def test_the_summary_has_the_names_that_readers_know() -> None:
    data = part(thread(baseline=[0.2, 0.3] * 10, recent=[0.8, 0.9] * 5), Labels()).data
    reward = data["reward"]
    assert (data["recent_window"], data["baseline_window"]) == (10, 50)
    assert (reward["recent_count"], reward["baseline_count"]) == (10, 20)
    assert reward["delta"] == pytest.approx(reward["recent_mean"] - reward["baseline_mean"])
    assert reward["recent_window"]["label"] == "recent window"
    assert reward["recent_window"]["size"] == 10
    assert reward["recent_window"]["first_number"] == 21
    assert reward["estimate"]["verdict"] == "higher"
    assert len(data["curve"]) == 1


def test_an_interval_of_rewards_stays_among_rewards() -> None:
    interval = measure(thread(baseline=[1.0] * 9 + [0.0], recent=[1.0])).baseline.interval
    assert interval is not None
    assert (interval.low > 0.5, interval.high) == (True, 1.0)


def test_one_session_shows_nothing() -> None:
    found = part(thread(recent=[0.4]), Labels())
    assert found.data["reward"]["estimate"]["verdict"] == "cannot say"
    assert found.data["reward"]["delta"] is None
    assert "cannot say; the baseline window has no session" in found.section.points[0]


def test_no_session_is_said() -> None:
    found = part(thread(), Labels())
    assert found.data["reward"]["stream"] is None
    assert found.section.paragraphs == ("Cannot say: no session of this key counts yet.",)
    assert found.draw is not None
    assert found.draw() == ()


def test_other_arms_are_named_and_not_mixed_in() -> None:
    several = thread(arms=[tally("alone", 1, 2), tally("learning", 1, 2)], baseline=[0.1] * 12, recent=[0.9] * 12)
    assert "This key has 2 arms; learning is the one followed here" in part(several, Labels()).section.paragraphs[0]


def test_the_stream_is_drawn() -> None:
    drawn = part(thread(baseline=[0.1] * 12, recent=[0.9] * 12), Labels()).draw
    assert drawn is not None
    (figure,) = drawn()
    assert figure.name == "stream"
    assert b"(simulated)" in figure.picture.svg or figure.picture.png.startswith(b"\x89PNG")
    assert drawn()[0].picture.png == figure.picture.png, "the same numbers give the same bytes"
