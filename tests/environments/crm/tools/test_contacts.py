from atlas.core.protocols import World
from tests.environments.crm.samples import DANA, NOBODY, NORTHWIND, NORTHWIND_GMBH, error, made, value


async def test_create(world: World) -> None:
    contact = await value(
        world, "create_new_contact", first_name="Ana", last_name="Paz", client_id=NORTHWIND_GMBH, email="a@paz.es"
    )
    assert contact == {
        "contact_id": made(1),
        "first_name": "Ana",
        "last_name": "Paz",
        "client_id": NORTHWIND_GMBH,
        "title": None,
        "email": "a@paz.es",
        "phone": None,
        "notes": None,
    }


async def test_create_refuses(world: World) -> None:
    new = {"first_name": "Ana", "last_name": "Paz", "client_id": NOBODY}
    assert await error(world, "create_new_contact", **new) == f"Client not found with ID '{NOBODY}'."
    sentence = await error(world, "create_new_contact", **{**new, "last_name": " "})
    assert sentence == "Contact last name must not be blank or whitespace."
    sentence = await error(world, "create_new_contact", **new, email="ana")
    assert sentence == "Invalid email format: 'ana'."


async def test_modify(world: World) -> None:
    changed = await value(world, "modify_contact", contact_id=DANA, updates={"title": "CEO"}, notes="Calls back.")
    assert (changed["title"], changed["notes"], changed["last_name"]) == ("CEO", "Calls back.", "Whitfield")


async def test_modify_refuses(world: World) -> None:
    sentence = await error(world, "modify_contact", contact_id=DANA, client_id=NORTHWIND)
    assert sentence == "Contact field 'client_id' cannot be changed."
    assert await error(world, "modify_contact", contact_id="x", title="A") == "Contact not found with ID 'x'."


async def test_search_and_list(world: World) -> None:
    assert [c["contact_id"] for c in await value(world, "contact_search", last_name="whit", title="cfo")] == [DANA]
    assert await value(world, "contact_search", client_id=NORTHWIND_GMBH) == []
    assert list(await value(world, "list_contacts")) == [DANA]
