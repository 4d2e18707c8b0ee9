"""Tools about companies that are no clients."""

from __future__ import annotations

from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import Company
from atlas.environments.crm.schema import key_of
from atlas.environments.crm.tools.arguments import Search
from atlas.environments.crm.tools.tool import tool


@tool()
async def company_search(crm: Crm, search: Search[Company]) -> list[Company]:
    """Find partners, vendors and competitors that meet all criteria; without any, all of them.

    Text matches any part, in any case. Customers are clients: use client_search for them.
    """
    return await crm.records.search(Company, search.criteria)


@tool()
async def list_companies(crm: Crm) -> dict[str, Company]:
    """All partners, vendors and competitors by id."""
    return {key_of(company): company for company in await crm.records.all(Company)}
