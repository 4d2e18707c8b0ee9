from typing import Any

import pytest

from atlas.core.protocols import World
from tests.environments.crm.samples import CONTRACT, NOBODY, NORTHWIND, NORTHWIND_GMBH, WON, error, made, value


async def test_create_needs_only_the_client(world: World) -> None:
    assert await value(world, "create_contract", client_id=NORTHWIND_GMBH) == {
        "contract_id": made(1),
        "client_id": NORTHWIND_GMBH,
        "status": "Pending",
        "opportunity_id": None,
        "start_date": None,
        "end_date": None,
        "value": None,
        "document_url": None,
    }


async def test_create_with_everything(world: World) -> None:
    given = {
        "client_id": NORTHWIND,
        "opportunity_id": WON,
        "start_date": "2020-01-01",
        "end_date": "2026-12-31",
        "value": 99.9,
        "status": "Expired",
        "document_url": "https://example.com/c.pdf",
    }
    assert await value(world, "create_contract", **given) == {"contract_id": made(1), **given}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"client_id": NOBODY}, f"Client not found with ID '{NOBODY}'."),
        ({"opportunity_id": NOBODY}, f"Opportunity not found with ID '{NOBODY}'."),
        ({"value": 0}, "Contract value must be greater than zero."),
        ({"value": 2e7}, "Contract value must not exceed 10,000,000."),
        ({"status": "pending"}, "Contract status must be one of: Active, Expired, Pending."),
        ({"start_date": "1.1.2026"}, "Contract start date must be a valid ISO-8601 date (YYYY-MM-DD)."),
        ({"document_url": "c.pdf"}, "Contract document url must be a valid http or https URL."),
    ],
)
async def test_create_refuses(world: World, change: dict[str, Any], sentence: str) -> None:
    assert await error(world, "create_contract", **{"client_id": NORTHWIND, **change}) == sentence


async def test_search_and_list(world: World) -> None:
    found = await value(world, "contract_search", client_id=NORTHWIND, value=1000)
    assert [contract["contract_id"] for contract in found] == [CONTRACT]
    assert await value(world, "contract_search", status="expired") == []
    assert list(await value(world, "list_contracts")) == [CONTRACT]
