"""Computing and code: the same plan gives the same answer both ways, for every act."""

from __future__ import annotations

import pytest

from atlas.models.offline.gaia.code import answering
from atlas.models.offline.gaia.compute import compute
from atlas.models.offline.gaia.plan import FilePlan, plan_of
from atlas.models.offline.gaia.question import Act, Clause, Reading
from atlas.models.offline.gaia.tables import tables_in

MAIN_TEXT = """\
Name,Key,Day,End,Count,Price
a,K1,2026-01-05,2026-01-07,10,1.50
b,K2,2026-01-20,2026-01-21,30,2.00
c,K1,2026-02-01,2026-02-05,20,0.25
d,K1,2026-02-10,2026-02-11,25,4.00
e,K2,2026-03-01,2026-03-02,15,3.00
TOTAL,,,,,10.75
"""
OTHER_TEXT = '[{"key": "K1", "group": "x"}, {"key": "K2", "group": "y"}]'
(MAIN,) = tables_in("a.csv", MAIN_TEXT)
(OTHER,) = tables_in("b.json", OTHER_TEXT)
X = Clause("group", "is", "x")


def by_code(plan: FilePlan) -> object:
    answers: list[object] = []
    texts = {"a.csv": MAIN_TEXT, "b.json": OTHER_TEXT}
    exec(
        answering(plan),
        {"read_file": lambda path: texts[path], "final_answer": answers.append, "print": lambda *shown: None},
    )
    return answers[0]


@pytest.mark.parametrize(
    ("act", "columns", "answer"),
    [
        ("sum", ("Count",), "55"),
        ("mean", ("Count",), "18.3333"),
        ("median", ("Price",), "1.5"),
        ("count", (), "3"),
        ("percentage", (), "60"),
        ("distinct", ("Key",), "1"),
        ("product", ("Count", "Price"), "120"),
        ("days", ("Day", "End"), "2.33333"),
        ("highest", ("Name", "Price"), "d"),
        ("lowest", ("Name", "Price"), "c"),
        ("top group", ("Key", "Price"), "K1"),
        ("commonest", ("Key",), "K1"),
        ("list", ("Name",), "a, c, d"),
        ("first", ("Name", "Price"), "d, a"),
    ],
)
def test_acts(act: Act, columns: tuple[str, ...], answer: str) -> None:
    plan = plan_of(Reading(act, columns, (X,), None, "", 2), [MAIN, OTHER])
    assert plan is not None
    assert plan.key == ("Key", "key")
    assert compute(plan) == by_code(plan) == answer


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        (Clause("Name", "is not", "a"), "b, c, d, e"),
        (Clause("Count", "above", "15"), "b, c, d"),
        (Clause("Count", "at least", "15"), "b, c, d, e"),
        (Clause("Count", "below", "20"), "a, e"),
        (Clause("Day", "since", "2026-02-01"), "c, d, e"),
        (Clause("Day", "before", "2026-02-01"), "a, b"),
        (Clause("Day", "between", "2026-01-20", "2026-02-10"), "b, c, d"),
        (Clause("Day", "in month", "2026-02"), "c, d"),
    ],
)
def test_tests(clause: Clause, names: str) -> None:
    plan = FilePlan((MAIN,), None, Reading("list", ("Name",), (clause,), None, "", 0))
    assert compute(plan) == by_code(plan) == names


def test_units_and_decimals() -> None:
    (table,) = tables_in("a.csv", "Name,Weight (kg)\na,1500\nb,2250\n")
    plan = plan_of(Reading("sum", ("Weight (kg)",), (), 1, "tonnes", 0), [table])
    assert plan is not None
    assert (plan.divisor, compute(plan)) == (1000, "3.8")
    kept = plan_of(Reading("sum", ("Weight (kg)",), (), None, "", 0), [table])
    assert kept is not None
    assert compute(kept) == "3750"


def test_what_cannot_be_planned_or_computed() -> None:
    (alone,) = tables_in("c.csv", "Other\n1\n")
    reading = Reading("sum", ("Count",), (), None, "", 0)
    assert plan_of(reading, [MAIN, alone]) is None
    with pytest.raises(ValueError, match="no row"):
        compute(FilePlan((MAIN,), None, Reading("sum", ("Count",), (Clause("Name", "is", "z"),), None, "", 0)))
