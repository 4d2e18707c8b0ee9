"""A small CRM for tests: two clients of nearly the same name, an open and a closed deal, and what hangs on them."""

from __future__ import annotations

import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from atlas.core.json import JsonObject
from atlas.core.protocols import Toolbox
from atlas.core.tasks import Setup
from atlas.core.tools import ToolCall, ToolResult

AS_OF = "2026-03-02T10:00:00+01:00"
NOW = "2026-03-02T09:00:00+00:00"
NOBODY = "ffffffff-ffff-4fff-8fff-ffffffffffff"


def key(number: int) -> str:
    """The id of a seeded record."""
    return f"00000000-0000-4000-8000-{number:012x}"


def made(number: int, seed: str = "seed") -> str:
    """The id of the n-th record that is created in a world, n from 1."""
    return str(uuid5(NAMESPACE_URL, f"{seed}/{number}"))


NORTHWIND, NORTHWIND_GMBH = key(1), key(2)
DANA = key(11)
RENEWAL, WON, EXPANSION = key(21), key(22), key(23)
FIRST_QUOTE, SECOND_QUOTE = key(31), key(32)
CONTRACT = key(41)
PARTNER = key(51)
DOCUMENT = key(61)
NOTE = key(0xABC)

CONTENT: JsonObject = {
    "clients": {
        NORTHWIND: {"name": "Northwind Logistics", "email": "Office@Northwind.com", "status": "Active"},
        NORTHWIND_GMBH: {
            "name": "Northwind Logistics GmbH",
            "email": None,
            "status": "Prospect",
            "owner": "Jürgen",
        },
    },
    "contacts": {DANA: {"first_name": "Dana", "last_name": "Whitfield", "client_id": NORTHWIND, "title": "CFO"}},
    "opportunities": {
        RENEWAL: {
            "name": "Harbor Renewal 2026",
            "client_id": NORTHWIND,
            "stage": "Negotiation",
            "amount": 48500,
            "close_date": "2026-04-17",
            "probability": 60,
            "owner": "Kim",
        },
        WON: {
            "name": "Harbor Pilot",
            "client_id": NORTHWIND,
            "stage": "Closed-Won",
            "amount": 1200.5,
            "close_date": "2025-11-30",
            "owner": "Kim",
        },
        EXPANSION: {"name": "100% Expansion", "client_id": NORTHWIND_GMBH, "stage": "Proposal", "amount": 9000},
    },
    "quotes": {
        FIRST_QUOTE: {
            "opportunity_id": RENEWAL,
            "amount": 48000,
            "status": "Draft",
            "version": "v1",
            "quote_prefix": "HR",
        },
        SECOND_QUOTE: {"opportunity_id": RENEWAL, "amount": 47000.25, "status": "Sent", "version": "v2"},
    },
    "contracts": {CONTRACT: {"client_id": NORTHWIND, "opportunity_id": RENEWAL, "status": "Active", "value": 1000}},
    "companies": {PARTNER: {"name": "Blue Sails", "type": "Partner", "contacts": ["Ann", "Bo"]}},
    "documents": {DOCUMENT: {"entity_type": "Opportunity", "entity_id": RENEWAL, "file_name": "offer.pdf"}},
    "notes": {NOTE: {"entity_type": "Client", "entity_id": NORTHWIND, "content": "Prefers e-mail."}},
}
SETUP = Setup(AS_OF, "seed", CONTENT)


async def attempt(tools: Toolbox, tool: str, /, **arguments: Any) -> ToolResult:
    """What a call gives."""
    return await tools.call(ToolCall("call", tool, json.dumps(arguments)))


async def value(tools: Toolbox, tool: str, /, **arguments: Any) -> Any:
    """The value of a call that must go well."""
    result = await attempt(tools, tool, **arguments)
    assert result.error is None, result.error
    return result.value


async def error(tools: Toolbox, tool: str, /, **arguments: Any) -> str:
    """The sentence of a call that must be refused."""
    result = await attempt(tools, tool, **arguments)
    assert result.error is not None, result.value
    assert result.value is None
    return result.error
