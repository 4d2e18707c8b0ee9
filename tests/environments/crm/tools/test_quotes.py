from typing import Any

import pytest

from atlas.core.protocols import World
from tests.environments.crm.samples import FIRST_QUOTE, NOBODY, NOW, RENEWAL, SECOND_QUOTE, error, made, value

NEW: dict[str, Any] = {"opportunity_id": RENEWAL, "amount": 100, "status": "Draft"}


async def test_create(world: World) -> None:
    quote = await value(world, "create_quote", **NEW, valid_until="2020-01-01", quote_prefix="AB")
    assert quote == {
        **NEW,
        "quote_id": made(1),
        "created_date": NOW,
        "version": None,
        "valid_until": "2020-01-01",
        "quote_prefix": "AB",
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"opportunity_id": NOBODY}, f"Opportunity not found with ID '{NOBODY}'."),
        ({"amount": -1}, "Quote amount must be greater than zero."),
        ({"status": " Draft"}, "Quote status must not contain leading or trailing whitespace."),
        ({"status": "Open"}, "Quote status must be one of: Approved, Canceled, Draft, Rejected, Sent."),
        ({"valid_until": "soon"}, "Quote valid until must be a valid ISO-8601 date (YYYY-MM-DD)."),
    ],
)
async def test_create_refuses(world: World, change: dict[str, Any], sentence: str) -> None:
    assert await error(world, "create_quote", **{**NEW, **change}) == sentence


async def test_modify(world: World) -> None:
    changed = await value(world, "modify_quote", quote_id=FIRST_QUOTE, status="Approved", quote_prefix=None)
    assert (changed["status"], changed["quote_prefix"], changed["version"]) == ("Approved", None, "v1")
    sentence = await error(world, "modify_quote", quote_id=FIRST_QUOTE, opportunity_id=RENEWAL)
    assert sentence == "Quote field 'opportunity_id' cannot be changed."
    assert await error(world, "modify_quote", quote_id=FIRST_QUOTE, name="Q") == "Quote has no field named 'name'."
    assert await error(world, "modify_quote", quote_id=NOBODY, amount=1) == f"Quote not found with ID '{NOBODY}'."


async def test_cancel_in_any_state_and_again(world: World) -> None:
    assert (await value(world, "cancel_quote", quote_id=SECOND_QUOTE))["status"] == "Canceled"
    again = await value(world, "cancel_quote", quote_id=SECOND_QUOTE)
    assert (again["status"], again["amount"]) == ("Canceled", 47000.25)
    assert await error(world, "cancel_quote", quote_id="q") == "Quote not found with ID 'q'."


async def test_delete(world: World) -> None:
    assert await value(world, "delete_quote", quote_id=FIRST_QUOTE) is True
    assert await error(world, "quote_details", quote_id=FIRST_QUOTE) == f"Quote not found with ID '{FIRST_QUOTE}'."


async def test_search_and_details(world: World) -> None:
    found = await value(world, "quote_search", opportunity_id=RENEWAL)
    assert [quote["quote_id"] for quote in found] == [FIRST_QUOTE, SECOND_QUOTE]
    assert await value(world, "quote_search", amount=47000.25, status="Sent") == [found[1]]
    assert await value(world, "quote_details", quote_id=SECOND_QUOTE) == found[1]
    assert list(await value(world, "list_quotes")) == [FIRST_QUOTE, SECOND_QUOTE]


async def test_compare_keeps_the_order_asked_for(world: World) -> None:
    ids = [SECOND_QUOTE, FIRST_QUOTE, SECOND_QUOTE]
    quotes = await value(world, "compare_quotes", quote_ids=ids)
    assert [quote["quote_id"] for quote in quotes] == ids
    assert await value(world, "compare_quote_details", quote_ids=ids[:2]) == {
        "quotes": quotes[:2],
        "amounts": [47000.25, 48000.0],
        "statuses": ["Sent", "Draft"],
        "total_amount": 95000.25,
    }
    for tool in ("compare_quotes", "compare_quote_details"):
        assert await error(world, tool, quote_ids=[FIRST_QUOTE, "q"]) == "Quote not found with ID 'q'."


async def test_comparing_nothing(world: World) -> None:
    assert await value(world, "compare_quotes", quote_ids=[]) == []
    assert (await value(world, "compare_quote_details", quote_ids=[]))["total_amount"] == 0.0


async def test_prefixes(world: World) -> None:
    for prefix in ("ZZ", "AA", "HR"):
        await value(world, "create_quote", **NEW, quote_prefix=prefix)
    assert await value(world, "quote_prefixes") == ["AA", "HR", "ZZ"]
