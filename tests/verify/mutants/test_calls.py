"""Calls dropped, doubled and exchanged; and what was said without being done."""

from __future__ import annotations

from random import Random

from atlas.verify.mutants.calls import dropped_call, duplicated_call, reordered_calls, success_claimed
from tests.verify.mutants.originals import CHANGE, LOOK, MOVED, original

CHANGED = original(CHANGE, changes=MOVED)
FOUND, MOVED_CALL = CHANGED.script[0].calls


def test_each_call_is_dropped_once() -> None:
    mutants = list(dropped_call(CHANGED, Random(0)))
    assert [mutant.script[0].calls for mutant in mutants] == [(MOVED_CALL,), (FOUND,)]
    assert all(mutant.script[0].reply == CHANGED.script[0].reply for mutant in mutants)
    assert all(mutant.harmless for mutant in mutants)


def test_each_call_is_doubled_once() -> None:
    mutants = list(duplicated_call(CHANGED, Random(0)))
    assert [mutant.script[0].calls for mutant in mutants] == [
        (FOUND, FOUND, MOVED_CALL),
        (FOUND, MOVED_CALL, MOVED_CALL),
    ]


def test_calls_of_a_turn_are_exchanged() -> None:
    assert [mutant.script[0].calls for mutant in reordered_calls(CHANGED, Random(0))] == [(MOVED_CALL, FOUND)]
    assert list(reordered_calls(original(LOOK), Random(0))) == []


def test_success_is_claimed_where_a_turn_changed_something() -> None:
    mutants = list(success_claimed(CHANGED, Random(0)))
    assert [mutant.script[0].calls for mutant in mutants] == [(FOUND,), ()]
    assert list(success_claimed(original(LOOK), Random(0))) == []
