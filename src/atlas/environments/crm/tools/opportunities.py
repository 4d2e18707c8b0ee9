"""Tools about opportunities (deals)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

from atlas.core.json import JsonObject
from atlas.environments.crm import rules
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import (
    Client,
    ClientId,
    Opportunity,
    OpportunityId,
    OpportunityStage,
    Percent,
)
from atlas.environments.crm.schema import key_of
from atlas.environments.crm.tools.arguments import Changes, Search
from atlas.environments.crm.tools.tool import tool


@tool(writes=True)
async def create_new_opportunity(
    crm: Crm,
    name: str,
    client_id: ClientId,
    amount: Decimal,
    stage: OpportunityStage,
    close_date: date | None = None,
    owner: str | None = None,
    probability: Percent | None = None,
    notes: str | None = None,
) -> Opportunity:
    """Create an opportunity (deal) with an existing client. The close date must be today or later."""
    client = await rules.found(crm.records, Client, client_id)
    rules.not_past(close_date, crm.clock.today)
    opportunity = Opportunity(
        opportunity_id=OpportunityId(crm.ids.next()),
        name=name,
        client_id=client.client_id,
        stage=stage,
        amount=amount,
        created_at=crm.clock.now,
        close_date=close_date,
        owner=owner,
        probability=probability,
        notes=notes,
    )
    await crm.records.insert(opportunity)
    return opportunity


@tool(writes=True)
async def modify_opportunity(crm: Crm, opportunity_id: OpportunityId, changes: Changes[Opportunity]) -> Opportunity:
    """Change fields of an opportunity; fields that are not named stay as they are, null clears an optional one.

    While its stage is Closed-Won or Closed-Lost, stage, amount, probability and close date cannot be changed.
    A new close date must be today or later. The id and the client cannot be changed.
    """
    opportunity = await rules.found(crm.records, Opportunity, opportunity_id)
    changed = changes.applied_to(opportunity)
    rules.open_for(opportunity, changes.values)
    if "close_date" in changes.values:
        rules.not_past(changed.close_date, crm.clock.today)
    await crm.records.update(changed)
    return changed


@tool(writes=True)
async def clone_opportunity(crm: Crm, opportunity_id: OpportunityId) -> Opportunity:
    """Copy an opportunity under the same name with " (Clone)" behind it. Its quotes are not copied.

    Everything else is copied as it is, a close date in the past too.
    """
    opportunity = await rules.found(crm.records, Opportunity, opportunity_id)
    clone = replace(
        opportunity,
        opportunity_id=OpportunityId(crm.ids.next()),
        name=f"{opportunity.name} (Clone)",
        created_at=crm.clock.now,
    )
    await crm.records.insert(clone)
    return clone


@tool(writes=True)
async def delete_opportunity(crm: Crm, opportunity_id: OpportunityId) -> bool:
    """Delete an opportunity with all its quotes. Its contracts stay, without an opportunity."""
    await crm.records.delete(await rules.found(crm.records, Opportunity, opportunity_id))
    return True


@tool()
async def opportunity_search(crm: Crm, search: Search[Opportunity]) -> list[Opportunity]:
    """Find opportunities that meet all criteria; without any, all of them. Text matches any part, in any case.

    The client is given by client_id, so look the client up first.
    """
    return await crm.records.search(Opportunity, search.criteria)


@tool()
async def view_opportunity_details(crm: Crm, opportunity_id: OpportunityId) -> Opportunity:
    """One opportunity with all its fields."""
    return await rules.found(crm.records, Opportunity, opportunity_id)


@tool()
async def opportunity_details(crm: Crm, opportunity_id: OpportunityId) -> Opportunity:
    """One opportunity with all its fields (the same as view_opportunity_details)."""
    return await rules.found(crm.records, Opportunity, opportunity_id)


@tool()
async def summarize_opportunities(crm: Crm, search: Search[Opportunity]) -> JsonObject:
    """Count and add up the opportunities that meet all criteria: in total, and how many by stage and by owner.

    The criteria are those of opportunity_search.
    """
    deals = await crm.records.search(Opportunity, search.criteria)
    return {
        "total_count": len(deals),
        "total_amount": float(sum(deal.amount for deal in deals)),
        "by_stage": dict(sorted(Counter(str(deal.stage) for deal in deals).items())),
        "by_owner": dict(sorted(Counter(deal.owner for deal in deals if deal.owner is not None).items())),
    }


@tool()
async def list_opportunities(crm: Crm) -> dict[str, Opportunity]:
    """All opportunities by id."""
    return {key_of(opportunity): opportunity for opportunity in await crm.records.all(Opportunity)}
