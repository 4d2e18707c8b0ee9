"""Killed, survived or equivalent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.state import StateDiff
from atlas.core.verdicts import Verdict
from atlas.verify.mutants.outcome import Outcome, Tally, outcome_of, tally
from atlas.verify.mutants.script import Mutant
from tests.verify.mutants.originals import CHANGE, MOVED, original

CHANGED = original(CHANGE, changes=MOVED)


def outcome(*, passed: bool, changes: StateDiff = MOVED, harmless: str | None = "as it was") -> Outcome:
    mutant = Mutant("dropped_call", 1, "without it", CHANGED.script, harmless)
    metric = Verdict("metric", "1", False, 0.0, "", required=False)
    verdicts = [metric, Verdict("structured", "1", passed, 1.0, "said")]
    return outcome_of(CHANGED, mutant, replace(CHANGED.trajectory, changes=changes), verdicts)


@pytest.mark.parametrize("passed", [True, False])
def test_a_harmless_mutant_with_the_same_state_is_equivalent_whatever_the_graders_say(passed: bool) -> None:
    assert (outcome(passed=passed).fate, outcome(passed=passed).reason) == ("equivalent", "as it was")


def test_another_state_or_a_wrong_reply_must_be_killed() -> None:
    for found in (outcome(passed=False, changes=StateDiff()), outcome(passed=False, harmless=None)):
        assert (found.fate, found.reason) == ("killed", "structured: said")


def test_a_survivor_says_what_the_graders_saw() -> None:
    assert outcome(passed=True, changes=StateDiff()).reason == "the final state differs; structured: said"
    found = outcome(passed=True, harmless=None)
    assert (found.fate, found.reason) == ("survived", "the final state is the same; structured: said")
    assert (found.task_id, found.turn, found.operator, found.what) == ("task-1", 1, "dropped_call", "without it")


def test_equivalent_mutants_do_not_count() -> None:
    killed, equal = outcome(passed=False, harmless=None), outcome(passed=True)
    counted = tally("x", [killed, killed, killed, equal, outcome(passed=True, harmless=None)])
    assert counted == Tally("x", 5, 3, 1, 1)
    assert counted.killed_share == 0.75
    assert tally("x", [equal]).killed_share is None
