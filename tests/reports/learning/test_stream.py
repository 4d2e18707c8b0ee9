from __future__ import annotations

from atlas.reports.learning.stream import baseline_of, stream_of
from tests.reports.learning.threads import tally

ALONE, LEARNING, FROZEN = (
    tally("alone", 1, 40),
    tally("learning", 1, 60, versions=(0, 9)),
    tally("frozen", 1, 80, versions=(9, 9)),
)


def test_the_stream_is_the_arm_that_taught() -> None:
    assert stream_of([ALONE, LEARNING, FROZEN], {"learning": 9}) == "learning"
    assert stream_of([ALONE, LEARNING, FROZEN], {}) == "frozen"
    assert stream_of([], {}) is None


def test_others_are_held_against_an_arm_without_a_playbook() -> None:
    assert baseline_of([FROZEN, LEARNING, ALONE], "learning") == "alone"
    assert baseline_of([FROZEN, LEARNING], "learning") == "frozen"
    assert baseline_of([LEARNING], "learning") is None
