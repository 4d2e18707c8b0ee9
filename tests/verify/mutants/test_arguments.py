"""One argument of a write made wrong."""

from __future__ import annotations

from random import Random

import pytest

from atlas.core.json import JsonValue
from atlas.verify.mutants.arguments import wrong_amount, wrong_date, wrong_enum, wrong_record
from atlas.verify.mutants.operators import Operator
from tests.verify.mutants.originals import D1, D2, LOOK, MADE, REFUSAL, original, right
from tests.verify.plays import called

WRITTEN = {"deal_id": D1, "stage": "Negotiation", "amount": 48500.0, "close": "2026-12-31"}
CHANGED = original((MADE, right(1, MADE, called("modify_deal", WRITTEN, {}))))


@pytest.mark.parametrize(
    ("operator", "name", "values"),
    [
        (wrong_record, "deal_id", [D2]),
        (wrong_amount, "amount", [48501.0, 48499.0, 485000.0]),
        (wrong_date, "close", ["2027-01-01", "2026-12-30", "2027-12-31"]),
        (wrong_enum, "stage", ["Proposal", "Closed-Won"]),
    ],
)
def test_the_argument_and_nothing_else_is_replaced(operator: Operator, name: str, values: list[JsonValue]) -> None:
    mutants = list(operator(CHANGED, Random(0)))
    assert [mutant.script[0].calls[0].arguments for mutant in mutants] == [
        WRITTEN | {name: value} for value in values
    ]
    assert all(mutant.script[0].reply == MADE.reply for mutant in mutants)


@pytest.mark.parametrize("operator", [wrong_record, wrong_amount, wrong_date, wrong_enum])
def test_reads_and_refused_writes_are_left_alone(operator: Operator) -> None:
    assert list(operator(original(LOOK, REFUSAL), Random(0))) == []
