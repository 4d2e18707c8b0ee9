"""What tools take and refuse before they act."""

from typing import Any

import pytest

from atlas.core.protocols import World
from atlas.environments.crm.environment import CrmEnvironment
from tests.environments.crm.samples import FIRST_QUOTE, NORTHWIND, RENEWAL, error, value

QUOTE: dict[str, Any] = {"opportunity_id": RENEWAL, "amount": 5, "status": "Draft"}


@pytest.fixture
def environment() -> CrmEnvironment:
    """Arguments never reach the store."""
    return CrmEnvironment.memory()


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("create_new_client", {"email": "a@b.de", "status": "Active"}, "Missing required argument 'name'."),
        ("create_quote", {}, "Missing required argument 'opportunity_id'."),
        ("compare_quotes", {}, "Missing required argument 'quote_ids'."),
        ("compare_quotes", {"quote_ids": FIRST_QUOTE}, "Argument 'quote_ids' must be a list of strings."),
        ("compare_quotes", {"quote_ids": [1]}, "Argument 'quote_ids' must be a list of strings."),
        ("quote_details", {"quote_id": 5}, "Argument 'quote_id' must be a string."),
        ("quote_details", {"quote_id": None}, "Argument 'quote_id' must be a string."),
        (
            "create_contract",
            {"client_id": NORTHWIND, "opportunity_id": 5},
            "Argument 'opportunity_id' must be a string.",
        ),
        (
            "create_contract",
            {"client_id": NORTHWIND, "status": None},
            "Contract status must be provided as a string.",
        ),
        ("create_quote", {**QUOTE, "amount": "5"}, "Quote amount must be numeric."),
        ("create_quote", {**QUOTE, "amount": True}, "Quote amount must be numeric."),
        ("create_quote", {**QUOTE, "version": 2}, "Quote version must be provided as a string."),
        ("create_quote", {**QUOTE, "version": " "}, "Quote version must not be blank or whitespace."),
        (
            "create_quote",
            {**QUOTE, "name": "Q", "client_id": "x"},
            "Unknown argument 'client_id' for create_quote; it takes: opportunity_id, amount, status, version,"
            " valid_until, quote_prefix.",
        ),
        ("summarize_counts", {"kwargs": {}}, "Unknown argument 'kwargs' for summarize_counts; it takes none."),
        (
            "create_new_client",
            {"name": "A", "email": "a@b.de", "status": "Active", "client_id": NORTHWIND},
            "Unknown argument 'client_id' for create_new_client; it takes: name, email, status, industry, phone,"
            " address, owner, created_date.",
        ),
        ("modify_client", {"client_id": NORTHWIND}, "Must provide either updates dict or keyword args"),
        (
            "modify_client",
            {"client_id": NORTHWIND, "updates": {}},
            "Must provide either updates dict or keyword args",
        ),
        ("modify_client", {"client_id": NORTHWIND, "updates": "x"}, "Argument 'updates' must be an object."),
        ("modify_client", {"client_id": NORTHWIND, "kwargs": {}}, "Client has no field named 'kwargs'."),
        (
            "modify_client",
            {"client_id": NORTHWIND, "updates": {"client_id": FIRST_QUOTE}},
            "Client field 'client_id' cannot be changed.",
        ),
        (
            "modify_client",
            {"client_id": NORTHWIND, "status": "active"},
            "Client status update must be one of: Active, Inactive, Prospect.",
        ),
        ("modify_client", {"client_id": NORTHWIND, "name": None}, "Client name must be provided as a string."),
        ("client_search", {"criteria": ["x"]}, "Argument 'criteria' must be an object."),
    ],
)
async def test_wrong_arguments_are_a_sentence(world: World, tool: str, arguments: Any, sentence: str) -> None:
    before = await world.snapshot()
    assert await error(world, tool, **arguments) == sentence
    assert await world.snapshot() == before


async def test_an_unknown_search_field_names_the_known_ones(world: World) -> None:
    sentence = await error(world, "opportunity_search", client_name="Northwind")
    assert sentence == (
        "Opportunity has no field named 'client_name'; its fields are: opportunity_id, name, client_id, stage,"
        " amount, created_at, close_date, owner, probability, notes."
    )


async def test_single_fields_win_over_the_object(world: World) -> None:
    changed = await value(
        world, "modify_client", client_id=NORTHWIND, updates={"owner": "A", "phone": "1"}, owner="B"
    )
    assert (changed["owner"], changed["phone"]) == ("B", "1")
    found = await value(world, "client_search", criteria={"name": "nothing", "owner": "B"}, name="Northwind")
    assert [client["client_id"] for client in found] == [NORTHWIND]


async def test_null_objects_are_no_objects(world: World) -> None:
    assert (await value(world, "modify_client", client_id=NORTHWIND, updates=None, owner="B"))["owner"] == "B"
    assert len(await value(world, "client_search", criteria=None)) == 2


async def test_an_optional_argument_may_be_null(world: World) -> None:
    quote = await value(world, "create_quote", **QUOTE, version=None, valid_until=None)
    assert (quote["version"], quote["valid_until"]) == (None, None)


async def test_whole_numbers_are_numbers(world: World) -> None:
    assert (await value(world, "create_quote", **{**QUOTE, "amount": 5}))["amount"] == 5.0
    deal = await value(world, "modify_opportunity", opportunity_id=RENEWAL, probability=70.0)
    assert deal["probability"] == 70
