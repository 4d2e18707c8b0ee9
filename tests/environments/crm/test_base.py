from datetime import date

from atlas.core.tasks import Setup
from atlas.environments.crm.base import AS_OF, SHIPPED, records_of
from atlas.environments.crm.entities import Entity, Opportunity
from atlas.environments.crm.rules import CLOSED_STAGES
from atlas.environments.crm.setup import read_clock


def of(kind: type[Entity]) -> list[Entity]:
    return [record for record in records_of(SHIPPED) if isinstance(record, kind)]


def test_the_shipped_world_has_56_records() -> None:
    assert len(records_of(SHIPPED)) == 56


def test_its_open_deals_close_after_its_clock() -> None:
    """So every close date of an open deal could have been entered through the tools."""
    today = read_clock(Setup(AS_OF, "base")).today
    deals = [deal for deal in of(Opportunity) if isinstance(deal, Opportunity)]
    assert today == date(2026, 3, 2)
    assert {deal.stage in CLOSED_STAGES for deal in deals} == {True, False}
    for deal in deals:
        if deal.close_date is not None:
            assert (deal.close_date < today) == (deal.stage in CLOSED_STAGES), deal
