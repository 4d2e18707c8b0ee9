"""The spec of a tool is its signature and its docstring."""

from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from atlas.core.tools import ToolSpec
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import OpportunityId, Percent, Quote, QuoteId, QuoteStatus
from atlas.environments.crm.tools import SPECS, TOOLS
from atlas.environments.crm.tools.tool import tool

PUBLISHED = {
    "create_new_client",
    "ensure_client",
    "modify_client",
    "modify_contact",
    "modify_opportunity",
    "modify_quote",
    "create_new_contact",
    "create_new_opportunity",
    "clone_opportunity",
    "delete_opportunity",
    "delete_quote",
    "create_quote",
    "cancel_quote",
    "create_contract",
    "upload_document",
    "add_note",
    "client_search",
    "contact_search",
    "opportunity_search",
    "quote_search",
    "contract_search",
    "company_search",
    "summarize_opportunities",
    "view_opportunity_details",
    "opportunity_details",
    "quote_details",
    "compare_quotes",
    "compare_quote_details",
    "quote_prefixes",
    "list_clients",
    "list_contacts",
    "list_opportunities",
    "list_quotes",
    "list_contracts",
    "list_documents",
    "list_notes",
    "list_companies",
    "summarize_counts",
}


@tool(writes=True)
async def reprice(
    crm: Crm,
    quote_id: QuoteId,
    amount: Decimal,
    others: tuple[QuoteId, ...],
    status: QuoteStatus = QuoteStatus.DRAFT,
    valid_until: date | None = None,
    opportunity_id: OpportunityId | None = None,
    likelihood: Percent | None = None,
) -> Quote:
    """Give a quote
    another price.
    """
    raise NotImplementedError


def test_the_published_tools_and_no_others() -> None:
    assert set(TOOLS) == PUBLISHED
    assert len(SPECS) == 38


def test_a_spec_is_derived() -> None:
    spec = reprice.spec
    assert (spec.name, spec.description, spec.writes) == ("reprice", "Give a quote another price.", True)
    assert spec.parameters == {
        "type": "object",
        "properties": {
            "quote_id": {"type": "string", "format": "uuid"},
            "amount": {"type": "number", "exclusiveMinimum": 0, "maximum": 10_000_000},
            "others": {"type": "array", "items": {"type": "string", "format": "uuid"}},
            "status": {"type": "string", "enum": ["Draft", "Sent", "Approved", "Rejected", "Canceled"]},
            "valid_until": {"type": "string", "format": "date"},
            "opportunity_id": {"type": "string", "format": "uuid"},
            "likelihood": {"type": "integer", "minimum": 1, "maximum": 99},
        },
        "required": ["quote_id", "amount", "others"],
        "additionalProperties": False,
    }


def test_changes_and_searches_show_the_columns() -> None:
    properties = TOOLS["modify_contact"].spec.parameters["properties"]
    assert list(properties) == [
        "contact_id",
        "first_name",
        "last_name",
        "title",
        "email",
        "phone",
        "notes",
        "updates",
    ]
    properties = TOOLS["quote_search"].spec.parameters["properties"]
    assert properties["status"] == {"type": "string", "description": "Draft, Sent, Approved, Rejected, Canceled"}
    assert properties["amount"] == {"type": "number"}
    assert properties["criteria"]["type"] == "object"
    assert "required" not in TOOLS["quote_search"].spec.parameters


def test_only_writing_tools_write() -> None:
    writing = {spec.name for spec in SPECS if spec.writes}
    verbs = ("create", "ensure", "modify", "clone", "delete", "cancel", "upload", "add")
    assert writing == {name for name in TOOLS if name.startswith(verbs)}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_tool_explains_itself(spec: ToolSpec) -> None:
    assert spec.description.endswith(".")
    assert "\n" not in spec.description
    assert spec.parameters["additionalProperties"] is False
    assert msgspec.json.encode(spec)


def test_specs_are_short_enough_to_send_with_every_call() -> None:
    assert len(msgspec.json.encode(SPECS)) < 20_000


def test_a_tool_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        reprice.spec = reprice.spec  # type: ignore[misc]
