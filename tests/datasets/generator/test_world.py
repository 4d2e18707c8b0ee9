"""A generated world: creating, changing and deleting, and what that comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.state import Change
from atlas.datasets.generator.records import Client, Contact, Contract, Deal, Quote
from atlas.datasets.generator.world import World


@pytest.fixture
def world() -> World:
    made = World()
    made.seed(Client("c", "Acme"))
    made.seed(Contact("p", "Ann", "Lee", "c"))
    made.seed(Deal("d", "Pilot", "c", "Proposal", 100.0))
    made.seed(Deal("w", "Done", "c", "Closed-Won", 50.0))
    made.seed(Quote("q", "d", 90.0, "Draft"))
    made.seed(Contract("k", "c", "d"))
    made.begin()
    return made


def test_nothing_done_is_no_change(world: World) -> None:
    assert world.changes().empty


def test_new_records_are_counted_over_all_kinds(world: World) -> None:
    client = world.create(Client("", "Zen", status="Active", created_date="2026-01-01"))
    deal = world.create(Deal("", "Start", client.id, "Proposal", 5.0))
    assert (client.id, deal.id) == ("new:1", "new:2")
    assert world.changes().inserted == {
        "clients": {"new:1": {"name": "Zen", "status": "Active"}},
        "opportunities": {"new:2": {"name": "Start", "client_id": "new:1", "stage": "Proposal", "amount": 5.0}},
    }


def test_only_changed_columns_are_listed(world: World) -> None:
    world.put(replace(world.get(Deal, "d"), amount=120.0))
    assert world.changes().updated == {"opportunities": {"d": {"amount": Change(100.0, 120.0)}}}
    world.put(replace(world.get(Deal, "d"), amount=100.0))
    assert world.changes().empty


def test_deleting_a_deal_takes_its_quotes_and_frees_its_contracts(world: World) -> None:
    world.delete(world.get(Deal, "d"))
    changes = world.changes()
    assert {table: set(rows) for table, rows in changes.deleted.items()} == {
        "opportunities": {"d"},
        "quotes": {"q"},
    }
    assert changes.updated == {"contracts": {"k": {"opportunity_id": Change("d", None)}}}
    assert not world.holds("q")


def test_a_record_that_came_and_went_leaves_no_trace_but_its_number(world: World) -> None:
    world.delete(world.create(Quote("", "d", 1.0, "Draft")))
    assert world.changes().empty
    assert world.create(Quote("", "d", 1.0, "Draft")).id == "new:2"


def test_unknown_records_and_wrong_kinds_are_errors(world: World) -> None:
    with pytest.raises(KeyError):
        world.get(Deal, "nope")
    with pytest.raises(KeyError, match="c is not a Opportunity"):
        world.get(Deal, "c")
    with pytest.raises(KeyError):
        world.put(Client("nope", "X"))


def test_relations(world: World) -> None:
    client = world.get(Client, "c")
    assert [deal.id for deal in world.deals_of(client)] == ["d", "w"]
    assert [deal.id for deal in world.open_deals_of(client)] == ["d"]
    assert [contact.name for contact in world.contacts_of(client)] == ["Ann Lee"]
    assert [quote.id for quote in world.quotes_of(world.get(Deal, "d"))] == ["q"]
    assert [contract.id for contract in world.contracts_of(client)] == ["k"]


def test_seed_data_is_the_start_without_empty_columns(world: World) -> None:
    world.put(replace(world.get(Client, "c"), name="Other"))
    data = world.seed_data()
    assert data["Client"] == {"c": {"name": "Acme", "status": "Active"}}
    assert set(data) == {"Client", "Contact", "Opportunity", "Quote", "Contract", "Company", "Document", "Note"}
    assert data["Note"] == {}
