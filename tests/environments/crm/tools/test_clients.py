from typing import Any

import pytest

from atlas.core.protocols import World
from tests.environments.crm.samples import (
    NOBODY,
    NORTHWIND,
    NORTHWIND_GMBH,
    NOW,
    error,
    made,
    value,
)

NEW: dict[str, Any] = {"name": "Blue Sails", "email": "Hello@BlueSails.com", "status": "Prospect"}


async def names(world: World, **criteria: Any) -> list[str]:
    return [client["name"] for client in await value(world, "client_search", **criteria)]


async def test_create(world: World) -> None:
    client = await value(
        world, "create_new_client", **NEW, industry="Sails", created_date="2026-01-05T12:00:00+02:00"
    )
    assert client == {
        **NEW,
        "client_id": made(1),
        "industry": "Sails",
        "created_date": "2026-01-05T10:00:00+00:00",
        "phone": None,
        "address": None,
        "owner": None,
    }
    assert (await world.snapshot())["clients"][made(1)] == client


async def test_created_now_unless_said_otherwise(world: World) -> None:
    assert (await value(world, "create_new_client", **NEW))["created_date"] == NOW


@pytest.mark.parametrize("email", ["office@northwind.com", "OFFICE@NORTHWIND.COM", " Office@Northwind.com "])
async def test_an_email_belongs_to_one_client(world: World, email: str) -> None:
    sentence = f"Client already exists with email '{email.strip()}'."
    assert await error(world, "create_new_client", **{**NEW, "email": email}) == sentence
    assert await error(world, "modify_client", client_id=NORTHWIND_GMBH, email=email) == sentence


async def test_an_email_that_is_part_of_another_is_free(world: World) -> None:
    assert await value(world, "create_new_client", **{**NEW, "email": "fice@northwind.com"})


async def test_ensure_finds_whatever_the_case(world: World) -> None:
    before = await world.snapshot()
    found = await value(world, "ensure_client", email="OFFICE@northwind.com", name="Other", status="Inactive")
    assert (found["client_id"], found["name"]) == (NORTHWIND, "Northwind Logistics")
    assert await world.snapshot() == before


async def test_ensure_creates(world: World) -> None:
    assert (await value(world, "ensure_client", **NEW, owner="Kim"))["owner"] == "Kim"
    assert (await value(world, "ensure_client", email="hello@bluesails.com"))["client_id"] == made(1)


async def test_ensure_needs_name_and_status_for_a_new_one(world: World) -> None:
    sentence = "Missing argument '{}': no client has the email 'a@b.de' yet."
    assert await error(world, "ensure_client", email="a@b.de") == sentence.format("name")
    assert await error(world, "ensure_client", email="a@b.de", name="A") == sentence.format("status")


async def test_modify(world: World) -> None:
    changed = await value(world, "modify_client", client_id=NORTHWIND.upper(), status="Inactive", email=None)
    assert (changed["status"], changed["email"], changed["name"]) == ("Inactive", None, "Northwind Logistics")
    assert (await world.snapshot())["clients"][NORTHWIND] == changed


async def test_a_client_may_keep_its_own_email(world: World) -> None:
    changed = await value(world, "modify_client", client_id=NORTHWIND, email="office@northwind.com")
    assert changed["email"] == "office@northwind.com"


async def test_modify_refuses(world: World) -> None:
    assert (
        await error(world, "modify_client", client_id=NOBODY, owner="X") == f"Client not found with ID '{NOBODY}'."
    )
    assert await error(world, "modify_client", client_id="acme", owner="X") == "Client not found with ID 'acme'."
    sentence = await error(world, "modify_client", client_id=NORTHWIND, created_date=NOW)
    assert sentence == "Client field 'created_date' cannot be changed."


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({}, 2),
        ({"name": "NORTHWIND"}, 2),
        ({"name": "gmbh"}, 1),
        ({"name": "Northwind", "status": "Active"}, 1),
        ({"status": "act"}, 1),
        ({"client_id": "000000000001"}, 1),
        ({"owner": "JÜRGEN"}, 1),
        ({"email": None}, 1),
        ({"name": "%"}, 0),
        ({"name": "Northwind_Logistics"}, 0),
        ({"name": ""}, 2),
        ({"owner": ""}, 1),
        ({"created_date": "2026-03-02T09"}, 2),
        ({"created_date": "2026-03-02 09"}, 0),
        ({"status": "Unknown"}, 0),
    ],
)
async def test_search(world: World, criteria: dict[str, Any], found: int) -> None:
    assert len(await names(world, **criteria)) == found
    assert len(await names(world, criteria=criteria)) == found


async def test_searches_and_lists_are_sorted_by_name_then_id(world: World) -> None:
    for name in ("alpha", "Zeta", "Ärger", "Alpha"):
        await value(
            world, "create_new_client", name=name, email=f"{len(name)}{ord(name[0])}@x.com", status="Active"
        )
    ordered = ["Alpha", "Northwind Logistics", "Northwind Logistics GmbH", "Zeta", "alpha", "Ärger"]
    assert await names(world) == ordered
    listed = await value(world, "list_clients")
    assert [client["name"] for client in listed.values()] == ordered
    assert all(key == client["client_id"] for key, client in listed.items())
