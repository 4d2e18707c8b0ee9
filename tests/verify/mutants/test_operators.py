"""A fair and repeatable sample of all operators."""

from __future__ import annotations

from itertools import islice

from atlas.verify.mutants.operators import OPERATORS, mutants_of
from tests.verify.mutants.originals import CHANGE, LOOK, MOVED, REFUSAL, original

ALL = original(LOOK, CHANGE, REFUSAL, changes=MOVED)


def test_every_operator_is_named_after_its_mutants() -> None:
    found = list(mutants_of([ALL], 1))
    assert {mutant.operator for _, mutant in found} == set(OPERATORS) - {"wrong_date"}
    assert all(made_of is ALL for made_of, _ in found)


def test_operators_take_turns() -> None:
    first = [mutant.operator for _, mutant in islice(mutants_of([ALL], 1), 10)]
    assert len(set(first)) == 10


def test_the_seed_decides_which_come_first() -> None:
    def order(seed: int) -> list[str]:
        return [mutant.what for _, mutant in mutants_of([ALL], seed)]

    assert order(1) == order(1) != order(2)


def test_no_mutant_is_the_original() -> None:
    assert all(mutant.script != ALL.script for _, mutant in mutants_of([ALL], 1))
