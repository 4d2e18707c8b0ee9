"""Tools about quotes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from atlas.core.json import JsonObject
from atlas.environments.crm import rules
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import Opportunity, OpportunityId, Quote, QuoteId, QuoteStatus
from atlas.environments.crm.rows import to_row
from atlas.environments.crm.schema import key_of
from atlas.environments.crm.tools.arguments import Changes, Search
from atlas.environments.crm.tools.tool import tool


@tool(writes=True)
async def create_quote(
    crm: Crm,
    opportunity_id: OpportunityId,
    amount: Decimal,
    status: QuoteStatus,
    version: str | None = None,
    valid_until: date | None = None,
    quote_prefix: str | None = None,
) -> Quote:
    """Create a quote (offer) for an existing opportunity."""
    opportunity = await rules.found(crm.records, Opportunity, opportunity_id)
    quote = Quote(
        quote_id=QuoteId(crm.ids.next()),
        opportunity_id=opportunity.opportunity_id,
        amount=amount,
        status=status,
        created_date=crm.clock.now,
        version=version,
        valid_until=valid_until,
        quote_prefix=quote_prefix,
    )
    await crm.records.insert(quote)
    return quote


@tool(writes=True)
async def modify_quote(crm: Crm, quote_id: QuoteId, changes: Changes[Quote]) -> Quote:
    """Change fields of a quote; fields that are not named stay as they are, null clears an optional one.

    The id, the opportunity and the creation date cannot be changed.
    """
    quote = await rules.found(crm.records, Quote, quote_id)
    changed = changes.applied_to(quote)
    await crm.records.update(changed)
    return changed


@tool(writes=True)
async def cancel_quote(crm: Crm, quote_id: QuoteId) -> Quote:
    """Cancel a quote, whatever its status; it is kept with the status Canceled."""
    quote = await rules.found(crm.records, Quote, quote_id)
    canceled = replace(quote, status=QuoteStatus.CANCELED)
    await crm.records.update(canceled)
    return canceled


@tool(writes=True)
async def delete_quote(crm: Crm, quote_id: QuoteId) -> bool:
    """Delete a quote for good. To keep it as canceled, use cancel_quote."""
    await crm.records.delete(await rules.found(crm.records, Quote, quote_id))
    return True


@tool()
async def quote_search(crm: Crm, search: Search[Quote]) -> list[Quote]:
    """Find quotes that meet all criteria; without any, all of them. Text matches any part, in any case.

    The deal is given by opportunity_id, so look the opportunity up first.
    """
    return await crm.records.search(Quote, search.criteria)


@tool()
async def quote_details(crm: Crm, quote_id: QuoteId) -> Quote:
    """One quote with all its fields."""
    return await rules.found(crm.records, Quote, quote_id)


@tool()
async def compare_quotes(crm: Crm, quote_ids: tuple[QuoteId, ...]) -> list[Quote]:
    """Several quotes side by side, in the order asked for."""
    return [await rules.found(crm.records, Quote, quote_id) for quote_id in quote_ids]


@tool()
async def compare_quote_details(crm: Crm, quote_ids: tuple[QuoteId, ...]) -> JsonObject:
    """Several quotes side by side, in the order asked for, with their amounts, statuses and total."""
    quotes = [await rules.found(crm.records, Quote, quote_id) for quote_id in quote_ids]
    return {
        "quotes": [to_row(quote) for quote in quotes],
        "amounts": [float(quote.amount) for quote in quotes],
        "statuses": [str(quote.status) for quote in quotes],
        "total_amount": float(sum(quote.amount for quote in quotes)),
    }


@tool()
async def quote_prefixes(crm: Crm) -> list[str]:
    """The prefixes that quotes have, each once, sorted."""
    return sorted({quote.quote_prefix for quote in await crm.records.all(Quote) if quote.quote_prefix is not None})


@tool()
async def list_quotes(crm: Crm) -> dict[str, Quote]:
    """All quotes by id."""
    return {key_of(quote): quote for quote in await crm.records.all(Quote)}
