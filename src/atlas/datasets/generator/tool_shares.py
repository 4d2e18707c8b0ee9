"""Tool shares: how often each tool of the CRM should decide a turn."""

from __future__ import annotations

TASK_COUNTS = {
    "create_new_opportunity": 3683,
    "modify_opportunity": 2939,
    "opportunity_search": 2279,
    "upload_document": 2190,
    "create_quote": 1804,
    "view_opportunity_details": 878,
    "contact_search": 375,
    "clone_opportunity": 267,
    "summarize_opportunities": 194,
    "client_search": 192,
    "create_new_client": 142,
    "create_new_contact": 111,
    "contract_search": 40,
    "quote_search": 32,
    "create_contract": 24,
    "company_search": 8,
    "opportunity_details": 6,
    "modify_client": 3,
    "modify_quote": 3,
    "cancel_quote": 2,
    "modify_contact": 2,
    "add_note": 1,
    "compare_quote_details": 1,
    "compare_quotes": 1,
    "delete_opportunity": 1,
    "delete_quote": 1,
    "quote_details": 1,
    "quote_prefixes": 1,
    "ensure_client": 0,
    "list_clients": 0,
    "list_companies": 0,
    "list_contacts": 0,
    "list_contracts": 0,
    "list_documents": 0,
    "list_notes": 0,
    "list_opportunities": 0,
    "list_quotes": 0,
    "summarize_counts": 0,
}
"""How often people asked for each task in the published CRM task list (15,181 in all); 0 where it has none."""
LEAST_SHARE = 0.012
"""No tool gets less, so that results by tool mean something for the rare ones too."""


def _shares() -> dict[str, float]:
    """The published frequencies, lifted to the least share, adding up to 1."""
    total = sum(TASK_COUNTS.values())
    lifted = {tool: max(count / total, LEAST_SHARE) for tool, count in TASK_COUNTS.items()}
    return {tool: share / sum(lifted.values()) for tool, share in lifted.items()}


SHARES = _shares()
