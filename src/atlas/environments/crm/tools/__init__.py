"""The tools of the CRM, and nothing else: what is not in `TOOLS` cannot be called."""

from __future__ import annotations

from typing import Any

from atlas.environments.crm.tools.clients import (
    client_search,
    create_new_client,
    ensure_client,
    list_clients,
    modify_client,
)
from atlas.environments.crm.tools.companies import company_search, list_companies
from atlas.environments.crm.tools.contacts import contact_search, create_new_contact, list_contacts, modify_contact
from atlas.environments.crm.tools.contracts import contract_search, create_contract, list_contracts
from atlas.environments.crm.tools.documents import list_documents, upload_document
from atlas.environments.crm.tools.notes import add_note, list_notes
from atlas.environments.crm.tools.opportunities import (
    clone_opportunity,
    create_new_opportunity,
    delete_opportunity,
    list_opportunities,
    modify_opportunity,
    opportunity_details,
    opportunity_search,
    summarize_opportunities,
    view_opportunity_details,
)
from atlas.environments.crm.tools.overview import summarize_counts
from atlas.environments.crm.tools.quotes import (
    cancel_quote,
    compare_quote_details,
    compare_quotes,
    create_quote,
    delete_quote,
    list_quotes,
    modify_quote,
    quote_details,
    quote_prefixes,
    quote_search,
)
from atlas.environments.crm.tools.tool import Tool

_ALL = (
    create_new_client,
    ensure_client,
    modify_client,
    client_search,
    list_clients,
    create_new_contact,
    modify_contact,
    contact_search,
    list_contacts,
    create_new_opportunity,
    modify_opportunity,
    clone_opportunity,
    delete_opportunity,
    opportunity_search,
    view_opportunity_details,
    opportunity_details,
    summarize_opportunities,
    list_opportunities,
    create_quote,
    modify_quote,
    cancel_quote,
    delete_quote,
    quote_search,
    quote_details,
    compare_quotes,
    compare_quote_details,
    quote_prefixes,
    list_quotes,
    create_contract,
    contract_search,
    list_contracts,
    upload_document,
    list_documents,
    add_note,
    list_notes,
    company_search,
    list_companies,
    summarize_counts,
)

TOOLS: dict[str, Tool[Any]] = {tool.spec.name: tool for tool in _ALL}
SPECS = tuple(tool.spec for tool in TOOLS.values())
