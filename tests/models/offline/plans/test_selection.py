"""Selection: which rows of a group are meant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from atlas.environments.crm.tools import SPECS
from atlas.models.offline.catalog import Catalog
from atlas.models.offline.grammar.asks import Filters, Pick, Ref
from atlas.models.offline.grammar.dates import Period
from atlas.models.offline.habits import HabitProfile
from atlas.models.offline.kinds import Kind
from atlas.models.offline.memory import Row
from atlas.models.offline.plans.desk import Desk
from atlas.models.offline.plans.selection import chosen, ordered
from atlas.models.offline.scene import Scene

DESK = Desk(Catalog(SPECS), Scene(), date(2026, 3, 2), "", 0, HabitProfile.flawless())


def _row(ident: str, stage: str, amount: float, closes: str | None) -> Row:
    values = {"name": ident, "stage": stage, "amount": amount, "close_date": closes}
    return Row(Kind.OPPORTUNITY, ident, values)


ROWS = (
    _row("a", "Proposal", 9000.0, "2026-06-30"),
    _row("b", "Closed-Won", 50000.0, "2026-01-10"),
    _row("c", "Negotiation", 12000.0, "2026-04-15"),
    _row("d", "Negotiation", 7000.0, None),
)


@pytest.mark.parametrize(
    ("filters", "idents"),
    [
        (Filters(is_open=True), ["a", "c", "d"]),
        (Filters(is_open=False), ["b"]),
        (Filters(values=("negotiation",)), ["c", "d"]),
        (Filters(at_least=Decimal(9000)), ["a", "b", "c"]),
        (Filters(at_least=Decimal(9000), strict=True), ["b", "c"]),
        (Filters(at_most=Decimal(9000)), ["a", "d"]),
        (Filters(period=Period(date(2026, 6, 1), date(2026, 6, 30))), ["a"]),
        (Filters(before=date(2026, 4, 15)), ["b", "c"]),
    ],
)
def test_keeps_the_rows_that_meet_the_conditions(filters: Filters, idents: list[str]) -> None:
    found = chosen(DESK, Ref((Kind.OPPORTUNITY,), filters=filters, plural=True), ROWS)
    assert [row.ident for row in found.rows] == idents


@pytest.mark.parametrize(
    ("pick", "ident"),
    [
        (Pick(column="amount"), "b"),
        (Pick(column="amount", highest=False), "d"),
        (Pick(column="close_date", highest=False), "b"),
        (Pick(number=2), "b"),
        (Pick(number=-1), "d"),
        (Pick(number=9), None),
    ],
)
def test_picks_one(pick: Pick, ident: str | None) -> None:
    row = chosen(DESK, Ref((Kind.OPPORTUNITY,), pick=pick), ROWS).row
    assert (row.ident if row else None) == ident


def test_rows_without_a_value_come_last_in_either_order() -> None:
    for highest in (True, False):
        assert ordered(Pick(column="close_date", highest=highest), ROWS)[-1].ident == "d"
