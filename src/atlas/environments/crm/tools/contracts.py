"""Tools about contracts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from atlas.environments.crm import rules
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import (
    Client,
    ClientId,
    Contract,
    ContractId,
    ContractStatus,
    Opportunity,
    OpportunityId,
    Url,
)
from atlas.environments.crm.schema import key_of
from atlas.environments.crm.tools.arguments import Search
from atlas.environments.crm.tools.tool import tool


@tool(writes=True)
async def create_contract(
    crm: Crm,
    client_id: ClientId,
    opportunity_id: OpportunityId | None = None,
    start_date: date | None = None,
    end_date: date | None = None,
    value: Decimal | None = None,
    status: ContractStatus = ContractStatus.PENDING,
    document_url: Url | None = None,
) -> Contract:
    """Create a contract with an existing client, out of an existing opportunity or without one."""
    client = await rules.found(crm.records, Client, client_id)
    deal = None if opportunity_id is None else await rules.found(crm.records, Opportunity, opportunity_id)
    contract = Contract(
        contract_id=ContractId(crm.ids.next()),
        client_id=client.client_id,
        status=status,
        opportunity_id=None if deal is None else deal.opportunity_id,
        start_date=start_date,
        end_date=end_date,
        value=value,
        document_url=document_url,
    )
    await crm.records.insert(contract)
    return contract


@tool()
async def contract_search(crm: Crm, search: Search[Contract]) -> list[Contract]:
    """Find contracts that meet all criteria; without any, all of them. Text matches any part, in any case."""
    return await crm.records.search(Contract, search.criteria)


@tool()
async def list_contracts(crm: Crm) -> dict[str, Contract]:
    """All contracts by id."""
    return {key_of(contract): contract for contract in await crm.records.all(Contract)}
