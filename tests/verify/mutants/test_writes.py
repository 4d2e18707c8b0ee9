"""Writes that were not right: extra ones, ones that undo, and ways round a refusal."""

from __future__ import annotations

from random import Random

from atlas.core.tasks import ExpectedCall
from atlas.verify.mutants.writes import EXTRAS, OBEYED, extra_write, refusal_obeyed, rolled_back
from tests.verify.mutants.originals import CHANGE, CREATED, CREATION, D1, D3, LOOK, MOVED, REFUSAL, SPECS, original

WRITES = {tool.name for tool in SPECS if tool.writes}


def test_an_extra_write_ends_the_turn() -> None:
    found = original(LOOK)
    mutants = list(extra_write(found, Random(0)))
    assert len(mutants) == min(EXTRAS, len(WRITES))
    for mutant in mutants:
        *before, extra = mutant.script[0].calls
        assert tuple(before) == found.script[0].calls
        assert extra.tool in WRITES


def test_extra_writes_have_what_their_tool_requires() -> None:
    for seed in range(20):
        for mutant in extra_write(original(LOOK), Random(seed)):
            extra = mutant.script[0].calls[-1]
            required = next(tool for tool in SPECS if tool.name == extra.tool).parameters["required"]
            assert set(required) <= set(extra.arguments)


def test_a_changed_column_is_put_back_in_the_same_turn_and_in_the_last() -> None:
    mutants = list(rolled_back(original(CHANGE, LOOK, changes=MOVED), Random(0)))
    undone = ExpectedCall("modify_deal", {"deal_id": D1, "stage": "Proposal"})
    assert [(mutant.turn, mutant.script[mutant.turn - 1].calls[-1]) for mutant in mutants] == [
        (1, undone),
        (2, undone),
    ]


def test_a_new_row_is_deleted_again() -> None:
    (mutant,) = rolled_back(original(CREATION, changes=CREATED), Random(0))
    assert mutant.script[0].calls[-1] == ExpectedCall("delete_deal", {"deal_id": D3})


def test_a_refusal_is_got_round_with_and_without_saying_so() -> None:
    mutants = list(refusal_obeyed(original(LOOK, REFUSAL), Random(0)))
    assert {mutant.turn for mutant in mutants} == {2}
    ways = [mutant.script[1].calls[-1] for mutant in mutants]
    limited = [way.arguments["amount"] for way in ways if way.tool == "modify_deal" and "amount" in way.arguments]
    assert any(amount <= 1_000_000 for amount in limited)
    assert {(mutant.script[1].reply == OBEYED, mutant.harmless is None) for mutant in mutants} == {
        (True, True),
        (False, False),
    }
    assert list(refusal_obeyed(original(LOOK), Random(0))) == []
