"""Arms: compared on the tasks they share, never otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.thread import PairPattern
from atlas.reports.learning.arms import measure, part
from atlas.reports.learning.part import Labels
from atlas.reports.statistics.paired import PairedCounts, mcnemar_exact
from tests.reports.learning.threads import tally, thread

ARMS = (tally("alone", 26, 40), tally("learning", 55, 60), tally("placebo", 26, 40), tally("frozen", 36, 40))
PATTERNS = (
    PairPattern("frozen", 1, 0, 0, 0, 26),
    PairPattern("frozen", 0, 1, 0, 0, 10),
    PairPattern("frozen", 0, 0, 0, 1, 4),
    PairPattern("placebo", 1, 0, 0, 0, 26),
    PairPattern("placebo", 0, 0, 0, 1, 14),
)
PAIRED = replace(thread(arms=ARMS), baseline_arm="alone", pairs=PATTERNS)


def test_pairs_are_tested_exactly_and_adjusted_together() -> None:
    found = measure(PAIRED)
    placebo, frozen = found.paired
    assert (placebo.arm, placebo.conclusion, placebo.p_value) == ("placebo", "underpowered", 1.0)
    assert frozen.counts == PairedCounts(26, 10, 0, 4)
    assert frozen.p_value == mcnemar_exact(frozen.counts) == pytest.approx(2 / 2**10)
    assert frozen.adjusted_p == pytest.approx(2 * frozen.p_value)
    assert frozen.conclusion == "better"
    assert found.unpaired == ("learning",)


def test_several_trials_of_a_task_are_no_independent_pairs() -> None:
    repeated = replace(PAIRED, pairs=(PairPattern("frozen", 0, 4, 0, 0, 2), PairPattern("frozen", 4, 0, 0, 0, 8)))
    (frozen,) = measure(repeated).paired
    assert frozen.counts.gained == 8
    assert frozen.p_value == pytest.approx(0.5), "two tasks that changed, whatever their trials"
    assert frozen.conclusion == "underpowered"


def test_the_section_says_what_was_found_and_what_was_not_compared() -> None:
    section = part(PAIRED, Labels()).section
    assert section.points[1].startswith("frozen: +25.0 points (95 % interval ")
    assert section.points[1].endswith(": better.")
    assert "would probably have shown" in section.points[0]
    assert "Other tasks, hence not compared: learning." in section.paragraphs
    assert len(section.tables) == 2


def test_a_single_arm_has_nothing_to_be_compared_with() -> None:
    found = part(thread(arms=[tally("run", 3, 4)]), Labels())
    assert "there is no condition to compare it with" in found.section.paragraphs[0]
    assert found.draw is None
    assert found.data["arms"]["comparisons"] == []
    assert part(thread(), Labels()).section.paragraphs == ("Cannot say: no session of this key counts yet.",)


def test_arms_are_drawn() -> None:
    draw = part(PAIRED, Labels()).draw
    assert draw is not None
    (figure,) = draw()
    assert "frozen 90.0 %" in figure.alt
