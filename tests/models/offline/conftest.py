"""A small CRM world, and a way to talk to a scripted student in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import pytest

from atlas.core.messages import ChatRequest, Message, tool_message
from atlas.core.state import StateDiff, diff
from atlas.core.tasks import Setup
from atlas.core.tools import ToolCall, ToolResult
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.instructions import instructions
from atlas.models.offline import HabitProfile, offline_model

NORTHWIND, NORTHWIND_GMBH, FREIGHT = (f"10000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
RENEWAL, RENEWAL_OLD, ROLLOUT, PILOT = (f"20000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))
CONTRACT_NOW, CONTRACT_OLD, CONTRACT_DEAL = (f"50000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
QUOTE_V1, QUOTE_V2 = (f"30000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
DANA, DANA_GMBH = (f"40000000-0000-4000-8000-00000000000{n}" for n in (1, 2))


def _deal(
    name: str, client: str, stage: str, amount: float, closes: str, owner: str, odds: int
) -> dict[str, object]:
    return {
        "name": name,
        "client_id": client,
        "stage": stage,
        "amount": amount,
        "close_date": closes,
        "owner": owner,
        "probability": odds,
    }


SETUP = Setup(
    as_of="2026-03-02T09:00:00+00:00",
    seed="world",
    content={
        "clients": {
            NORTHWIND_GMBH: {
                "name": "Northwind Logistics GmbH",
                "email": "hello@northwindgmbh.com",
                "status": "Active",
                "industry": "Transportation",
            },
            NORTHWIND: {
                "name": "Northwind Logistics",
                "email": "hello@northwind.com",
                "status": "Prospect",
                "phone": "+1-212-555-0100",
                "owner": "Lena Park",
            },
            FREIGHT: {"name": "Northwind Freight", "email": "hello@freight.com", "status": "Inactive"},
        },
        "contacts": {
            DANA_GMBH: {
                "first_name": "Dana",
                "last_name": "Whitman",
                "client_id": NORTHWIND_GMBH,
                "title": "Head of Sales",
            },
            DANA: {
                "first_name": "Dana",
                "last_name": "Whitfield",
                "client_id": NORTHWIND,
                "title": "IT Director",
                "email": "dana@northwind.com",
            },
        },
        "opportunities": {
            RENEWAL_OLD: _deal(
                "Harbor Analytics Renewal", NORTHWIND, "Closed-Won", 30000.0, "2026-01-15", "Omar Diaz", 90
            ),
            RENEWAL: _deal(
                "Harbor Analytics Renewal 2026", NORTHWIND, "Proposal", 40000.0, "2026-04-30", "Lena Park", 40
            ),
            ROLLOUT: _deal("Cobalt Rollout", NORTHWIND, "Negotiation", 65000.0, "2026-05-20", "Omar Diaz", 70),
            PILOT: _deal("Granite Pilot", FREIGHT, "Prospecting", 12000.0, "2026-06-30", "Lena Park", 20),
        },
        "quotes": {
            QUOTE_V1: {
                "opportunity_id": RENEWAL,
                "version": "v1",
                "amount": 39000.0,
                "status": "Draft",
                "valid_until": "2026-03-31",
            },
            QUOTE_V2: {
                "opportunity_id": RENEWAL,
                "version": "v2",
                "amount": 42000.0,
                "status": "Sent",
                "valid_until": "2026-04-15",
            },
        },
        "contracts": {
            CONTRACT_NOW: {
                "client_id": NORTHWIND,
                "status": "Active",
                "value": 52000.0,
                "start_date": "2025-09-01",
                "end_date": "2026-08-31",
            },
            CONTRACT_OLD: {
                "client_id": NORTHWIND,
                "status": "Expired",
                "value": 54000.0,
                "start_date": "2024-09-02",
                "end_date": "2025-09-01",
            },
            CONTRACT_DEAL: {
                "client_id": FREIGHT,
                "opportunity_id": PILOT,
                "status": "Active",
                "value": 12000.0,
                "end_date": "2026-12-31",
            },
        },
        "companies": {
            "60000000-0000-4000-8000-000000000001": {
                "name": "Apex Consulting",
                "type": "Partner",
                "industry": "Energy",
                "address": "3 Mill Road, Leeds",
                "contacts": ["Maya Reyes", "Hugo Marsh"],
            },
            "60000000-0000-4000-8000-000000000002": {
                "name": "Apex Consulting Europe",
                "type": "Vendor",
                "industry": "Energy",
                "address": "9 Park Row, Lyon",
            },
        },
        "documents": {
            f"70000000-0000-4000-8000-00000000000{n}": {
                "entity_type": "Opportunity",
                "entity_id": RENEWAL,
                "file_name": name,
                "uploaded_by": person,
                "uploaded_at": f"2026-02-{day}T09:00:00+00:00",
            }
            for n, name, person, day in (
                (1, "nda_v2.pdf", "Lena Park", "20"),
                (2, "nda.pdf", "Omar Diaz", "05"),
            )
        },
        "notes": {
            f"80000000-0000-4000-8000-00000000000{n}": {
                "entity_type": "Client",
                "entity_id": NORTHWIND,
                "content": text,
                "created_by": person,
                "created_at": f"2026-02-{day}T09:00:00+00:00",
            }
            for n, text, person, day in (
                (1, "Wants a call in May", "Lena Park", "18"),
                (2, "Prefers paper invoices", "Omar Diaz", "03"),
            )
        },
    },
)


_STAMPS = ("created_date", "created_at", "uploaded_at")


@dataclass(frozen=True)
class Handled:
    """One turn: the calls that were made, what they gave, the reply, and what changed in the world."""

    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...]
    reply: str
    changes: StateDiff

    @property
    def changed(self) -> dict[str, object]:
        """Every changed column of the turn by name, whatever the record."""
        rows = (row for table in self.changes.updated.values() for row in table.values())
        return {column: change.after for row in rows for column, change in row.items()}

    @property
    def made(self) -> list[dict[str, object]]:
        """The inserted rows without their own keys, empty columns and timestamps."""
        rows = [(i, row) for table in self.changes.inserted.values() for i, row in table.items()]
        return [{k: v for k, v in row.items() if v is not None and v != i and k not in _STAMPS} for i, row in rows]


Talk = Callable[..., Awaitable[list[Handled]]]


@pytest.fixture
def talk() -> Talk:
    """Say some things, one turn each, to a student with `profile`; `advice` goes into its playbook block."""

    async def say(*requests: str, profile: HabitProfile | None = None, advice: Sequence[str] = ()) -> list[Handled]:
        model = offline_model("student", seed=0, profile=profile or HabitProfile.flawless())
        system = instructions(SETUP)
        if advice:
            lines = "\n".join(f"- {line}" for line in advice)
            system += f"\n\n>>> Student Playbook >>>\n{lines}\n>>> End Student Playbook >>>"
        messages = [Message("system", system)]
        handled: list[Handled] = []
        async with CrmEnvironment.memory().open(SETUP) as world:
            before = await world.snapshot()
            for request in requests:
                messages.append(Message("user", request))
                calls: list[ToolCall] = []
                results: list[ToolResult] = []
                while True:
                    message = (await model.complete(ChatRequest(tuple(messages), world.specs))).message
                    messages.append(message)
                    if not message.tool_calls:
                        break
                    for call in message.tool_calls:
                        result = await world.call(call)
                        calls.append(call)
                        results.append(result)
                        messages.append(tool_message(result))
                after = await world.snapshot()
                handled.append(Handled(tuple(calls), tuple(results), message.content, diff(before, after)))
                before = after
        return handled

    return say
