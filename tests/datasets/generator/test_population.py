"""The population: what every world has in it, and that the CRM accepts it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random
from uuid import UUID

import pytest

from atlas.core.tasks import Setup
from atlas.datasets.generator.population import domain, new_id, phone, populate, price
from atlas.datasets.generator.world import World
from atlas.datasets.loader import world_content
from atlas.environments.crm.environment import CrmEnvironment

TODAY = date(2026, 3, 2)


def world(seed: int) -> World:
    return populate(Random(seed), TODAY)


@pytest.mark.parametrize("seed", range(40))
def test_what_every_world_holds(seed: int) -> None:
    made = world(seed)
    stages = Counter(deal.stage for deal in made.deals())
    assert stages["Closed-Won"] >= 1
    assert stages["Closed-Lost"] >= 1
    assert any(len(made.open_deals_of(client)) >= 2 for client in made.clients())
    assert sum(len(made.quotes_of(deal)) >= 2 for deal in made.deals()) >= 2
    names = [client.name for client in made.clients()]
    assert len(set(names)) == len(names)
    assert any(a != b and a in b for a in names for b in names), "no near-equal names"
    assert len({deal.amount for deal in made.deals()}) == len(made.deals())
    assert all((deal.close_date or "") > str(TODAY) for deal in made.deals() if deal.open)


@pytest.mark.parametrize("seed", range(40))
def test_papers_contracts_and_companies_have_distractors(seed: int) -> None:
    made = world(seed)
    assert 20 <= len(made) <= 60
    assert any(len({c.status for c in made.contracts_of(client)}) >= 2 for client in made.clients())
    assert any(len(made.contracts_of(client)) >= 3 for client in made.clients())
    assert len({contract.end_date for contract in made.contracts()}) == len(made.contracts())
    for papers in ([d.entity_id for d in made.documents()], [note.entity_id for note in made.notes()]):
        assert len(papers) >= 6
        assert max(Counter(papers).values()) >= 2
    assert len({document.file_name for document in made.documents()}) == len(made.documents())
    stems = [document.file_name.rpartition(".")[0] for document in made.documents()]
    assert any(a != b and b.startswith(a) for a in stems for b in stems), "no near-equal file names"
    companies = made.companies()
    assert len(companies) >= 3
    assert any(a.name in b.name for a in companies for b in companies if a is not b), "no near-equal companies"
    kinds = {d.entity_type for d in made.documents()} | {note.entity_type for note in made.notes()}
    assert kinds == {"Opportunity", "Client", "Contact", "Quote", "Contract"}


async def test_the_crm_loads_every_world() -> None:
    for seed in range(25):
        setup = Setup("2026-03-02T09:00:00+00:00", "s", world_content(world(seed).seed_data()))
        async with CrmEnvironment.memory().open(setup) as opened:
            snapshot = await opened.snapshot()
        assert {table: set(rows) for table, rows in snapshot.items()} == {
            table: set(rows) for table, rows in setup.content.items()
        }


def test_equal_seeds_give_equal_worlds() -> None:
    assert world(1).seed_data() == world(1).seed_data()
    assert world(1).seed_data() != world(2).seed_data()


def test_values_have_their_form() -> None:
    rng = Random(1)
    assert UUID(new_id(rng)).version == 4
    assert domain("Sable & Co. Group") == "sablecogroup.com"
    assert all(price(rng) % 50 == 0 and price(rng) > 0 for _ in range(200))
    assert phone(rng).startswith("+1-")
