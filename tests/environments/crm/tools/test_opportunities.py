from typing import Any

import pytest

from atlas.core.protocols import World
from atlas.core.state import diff
from tests.environments.crm.samples import (
    CONTRACT,
    DOCUMENT,
    EXPANSION,
    FIRST_QUOTE,
    NOBODY,
    NORTHWIND,
    NOW,
    RENEWAL,
    SECOND_QUOTE,
    WON,
    error,
    made,
    value,
)

NEW: dict[str, Any] = {"name": "Upsell", "client_id": NORTHWIND, "amount": 1000.005, "stage": "Prospecting"}


async def test_create(world: World) -> None:
    deal = await value(world, "create_new_opportunity", **NEW, close_date="2026-03-02", probability=99)
    assert deal == {
        **NEW,
        "opportunity_id": made(1),
        "amount": 1000.01,
        "created_at": NOW,
        "close_date": "2026-03-02",
        "owner": None,
        "probability": 99,
        "notes": None,
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"client_id": NOBODY}, f"Client not found with ID '{NOBODY}'."),
        ({"name": ""}, "Opportunity name must not be blank or whitespace."),
        ({"amount": 10_000_000.5}, "Opportunity amount must not exceed 10,000,000."),
        ({"stage": "Closed Won"}, "Opportunity stage must be one of: Closed-Lost, Closed-Won, Negotiation, "),
        ({"probability": 100}, "Probability must be between 1 and 99."),
        ({"close_date": "2026-03-01"}, "Close date must be today or in the future."),
        ({"close_date": "next week"}, "Close date must be a valid ISO-8601 date (YYYY-MM-DD)."),
    ],
)
async def test_create_refuses(world: World, change: dict[str, Any], sentence: str) -> None:
    assert (await error(world, "create_new_opportunity", **{**NEW, **change})).startswith(sentence)


async def test_modify(world: World) -> None:
    changed = await value(
        world, "modify_opportunity", opportunity_id=RENEWAL, updates={"stage": "Closed-Won", "amount": 1}
    )
    assert (changed["stage"], changed["amount"], changed["probability"]) == ("Closed-Won", 1.0, 60)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": 0}, "Opportunity amount must be greater than zero."),
        ({"stage": "proposal"}, "Opportunity stage update must be one of: "),
        ({"close_date": "2026-03-01"}, "Close date must be today or in the future."),
        ({"opportunity_id": WON}, "Opportunity field 'opportunity_id' cannot be changed."),
        ({"client_id": NOBODY}, "Opportunity field 'client_id' cannot be changed."),
        ({"size": 5}, "Opportunity has no field named 'size'."),
    ],
)
async def test_modify_refuses_as_a_whole(world: World, change: dict[str, Any], sentence: str) -> None:
    before = await world.snapshot()
    updates = {"owner": "Somebody", **change}
    assert (await error(world, "modify_opportunity", opportunity_id=RENEWAL, updates=updates)).startswith(sentence)
    assert await world.snapshot() == before


async def test_a_closed_deal_keeps_its_figures(world: World) -> None:
    sentence = await error(world, "modify_opportunity", opportunity_id=WON, probability=5, amount=7, notes="x")
    assert sentence == "Cannot modify closed opportunity fields [amount, probability] while stage is 'Closed-Won'."
    sentence = await error(world, "modify_opportunity", opportunity_id=WON, stage="Negotiation")
    assert sentence == "Cannot modify closed opportunity fields [stage] while stage is 'Closed-Won'."
    changed = await value(
        world, "modify_opportunity", opportunity_id=WON, notes="Went well.", name="Pilot", owner=None
    )
    assert (changed["notes"], changed["name"], changed["owner"]) == ("Went well.", "Pilot", None)


async def test_an_old_close_date_hinders_no_other_change(world: World) -> None:
    """A deal that is overdue can still be worked on; only a new date must be in the future."""
    clone = await value(world, "clone_opportunity", opportunity_id=WON)
    assert (clone["name"], clone["close_date"], clone["stage"]) == (
        "Harbor Pilot (Clone)",
        "2025-11-30",
        "Closed-Won",
    )
    assert (clone["opportunity_id"], clone["created_at"]) == (made(1), NOW)
    changed = await value(world, "modify_opportunity", opportunity_id=made(1), notes="x")
    assert changed["close_date"] == "2025-11-30"


async def test_a_clone_has_no_quotes(world: World) -> None:
    clone = await value(world, "clone_opportunity", opportunity_id=RENEWAL)
    assert await value(world, "quote_search", opportunity_id=clone["opportunity_id"]) == []
    original = await value(world, "opportunity_details", opportunity_id=RENEWAL)
    differing = {column for column in clone if clone[column] != original[column]}
    assert differing == {"opportunity_id", "name"}


async def test_delete_takes_quotes_along_and_lets_contracts_go(world: World) -> None:
    before = await world.snapshot()
    assert await value(world, "delete_opportunity", opportunity_id=RENEWAL) is True
    changes = diff(before, await world.snapshot())
    assert {table: sorted(rows) for table, rows in changes.deleted.items()} == {
        "opportunities": [RENEWAL],
        "quotes": [FIRST_QUOTE, SECOND_QUOTE],
    }
    assert {t: sorted(rows) for t, rows in changes.updated.items()} == {"contracts": [CONTRACT]}
    assert list(changes.updated["contracts"][CONTRACT]) == ["opportunity_id"]
    assert list(await value(world, "list_documents")) == [DOCUMENT], "documents hang on no foreign key"
    assert await error(world, "delete_opportunity", opportunity_id=RENEWAL)


@pytest.mark.parametrize("tool", ["view_opportunity_details", "opportunity_details"])
async def test_details(world: World, tool: str) -> None:
    assert await value(world, tool, opportunity_id=WON) == (await world.snapshot())["opportunities"][WON]
    assert (
        await error(world, tool, opportunity_id="{{turn_1.id}}") == "Opportunity not found with ID '{{turn_1.id}}'."
    )


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({}, [EXPANSION, WON, RENEWAL]),
        ({"name": "100%"}, [EXPANSION]),
        ({"name": "harbor", "stage": "closed"}, [WON]),
        ({"amount": 48500}, [RENEWAL]),
        ({"amount": 1200.50}, [WON]),
        ({"amount": 1200.5000001}, []),
        ({"amount": 1e300}, []),
        ({"probability": 60.0}, [RENEWAL]),
        ({"probability": None}, [EXPANSION, WON]),
        ({"close_date": "2026-04"}, [RENEWAL]),
        ({"client_id": NORTHWIND}, [WON, RENEWAL]),
    ],
)
async def test_search(world: World, criteria: dict[str, Any], found: list[str]) -> None:
    assert [deal["opportunity_id"] for deal in await value(world, "opportunity_search", **criteria)] == found
    summary = await value(world, "summarize_opportunities", criteria=criteria)
    assert summary["total_count"] == len(found)


async def test_summary(world: World) -> None:
    assert await value(world, "summarize_opportunities") == {
        "total_count": 3,
        "total_amount": 58700.5,
        "by_stage": {"Closed-Won": 1, "Negotiation": 1, "Proposal": 1},
        "by_owner": {"Kim": 2},
    }
    empty = await value(world, "summarize_opportunities", stage="Prospecting")
    assert empty == {"total_count": 0, "total_amount": 0.0, "by_stage": {}, "by_owner": {}}


async def test_list(world: World) -> None:
    assert list(await value(world, "list_opportunities")) == [EXPANSION, WON, RENEWAL]
