import copy
from collections.abc import Callable
from typing import Any

import pytest

from atlas.core.json import JsonObject
from atlas.core.tasks import Setup
from atlas.environments.crm.entities import Client, Note, Opportunity
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.schema import TABLES
from atlas.environments.crm.setup import read_clock, read_records
from tests.environments.crm.samples import AS_OF, CONTENT, DANA, NOBODY, NORTHWIND, NORTHWIND_GMBH, NOTE, NOW, SETUP

Edit = Callable[[dict[str, Any]], object]


def test_records_come_parents_first_with_times_filled_in() -> None:
    clock = read_clock(SETUP)
    records = read_records(SETUP, clock)
    ranks = [[table.kind for table in TABLES].index(type(record)) for record in records]
    assert ranks == sorted(ranks)
    assert len(records) == sum(len(rows) for rows in CONTENT.values())
    for kind in (Client, Opportunity, Note):
        stamps = {
            record.created_date if isinstance(record, Client) else record.created_at
            for record in records
            if isinstance(record, kind)
        }
        assert stamps == {clock.now}


def edited(edit: Edit) -> Setup:
    content: JsonObject = copy.deepcopy(CONTENT)
    edit(content)
    return Setup(AS_OF, "seed", content)


BAD: list[tuple[Edit, str]] = [
    (lambda c: c.update(clients=[]), "clients: expected an object of rows by id"),
    (lambda c: c["quotes"].update({NOBODY: "quote"}), "quotes: expected an object of rows by id"),
    (lambda c: c.update(leads={}), "leads: there is no such table; there are clients, companies, contacts"),
    (lambda c: c["clients"][NORTHWIND].update(status="active"), f"clients.{NORTHWIND}.status: Invalid enum value"),
    (
        lambda c: c["clients"][NORTHWIND].update(client_id=NOBODY),
        f"clients.{NORTHWIND}.client_id: '{NOBODY}' is not",
    ),
    (
        lambda c: c["clients"].update({"x": {"name": "X", "status": "Active"}}),
        "clients.x.client_id: 'x' is not a UUID",
    ),
    (lambda c: c["contacts"][DANA].update(client_id=NOBODY), f"contacts.{DANA}.client_id: there is no Client with"),
    (
        lambda c: c["clients"][NORTHWIND_GMBH].update(email="OFFICE@northwind.com"),
        f"clients.{NORTHWIND_GMBH}.email: another client has OFFICE@northwind.com",
    ),
    (lambda c: c["notes"].update({NOTE.upper(): c["notes"][NOTE]}), f"notes.{NOTE}"),
    (lambda c: c["notes"][NOTE].update(content=""), f"notes.{NOTE}.content: is empty"),
]


@pytest.mark.parametrize(("edit", "sentence"), BAD, ids=[sentence[:40] for _, sentence in BAD])
async def test_a_bad_setup_is_refused_at_its_place(environment: CrmEnvironment, edit: Edit, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        async with environment.open(edited(edit)):
            pass
    assert str(refused.value).startswith(sentence)


async def test_a_setup_may_break_what_is_only_a_rule(environment: CrmEnvironment) -> None:
    """Rules bind agents: an old deal in the setup has a close date in the past, an account no good e-mail."""
    setup = edited(lambda c: c["clients"][NORTHWIND].update(email="none", created_date="2019-01-01T00:00:00Z"))
    async with environment.open(setup) as world:
        client = (await world.snapshot())["clients"][NORTHWIND]
    assert (client["email"], client["created_date"]) == ("none", "2019-01-01T00:00:00+00:00")


async def test_an_empty_setup_is_an_empty_world(environment: CrmEnvironment) -> None:
    async with environment.open(Setup(AS_OF, "s")) as world:
        assert await world.snapshot() == {table.name: {} for table in TABLES}


def test_the_clock_is_read_once_and_stands_still() -> None:
    clock = read_clock(SETUP)
    assert clock.now.isoformat() == NOW
    assert clock.today.isoformat() == "2026-03-02"
    with pytest.raises(ValueError, match="Invalid isoformat"):
        read_clock(Setup("today", "s"))
