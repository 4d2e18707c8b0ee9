"""What the memory store does by hand that PostgreSQL does by itself; the rest is shown by parity."""

import pytest

from atlas.environments.crm.entities import Client, Contact, Contract, Note, Opportunity, Quote
from atlas.environments.crm.memory import MemoryStore
from atlas.environments.crm.setup import read_clock, read_records
from tests.environments.crm.samples import CONTRACT, NORTHWIND, SETUP


async def begun() -> MemoryStore:
    store = MemoryStore()
    await store.begin(read_records(SETUP, read_clock(SETUP)))
    return store


async def test_deleting_follows_the_references() -> None:
    store = await begun()
    client = await store.get(Client, NORTHWIND)
    assert client is not None
    await store.delete(client)
    assert [row.name for row in await store.all(Client)] == ["Northwind Logistics GmbH"]
    assert await store.all(Contact) == []
    assert [row.name for row in await store.all(Opportunity)] == ["100% Expansion"]
    assert await store.all(Quote) == []
    assert await store.all(Contract) == []
    assert len(await store.all(Note)) == 1, "notes hang on no foreign key"


async def test_what_may_be_without_its_target_is_let_go() -> None:
    store = await begun()
    for deal in await store.all(Opportunity):
        await store.delete(deal)
    contract = await store.get(Contract, CONTRACT)
    assert contract is not None
    assert contract.opportunity_id is None


async def test_missing_values_sort_last() -> None:
    store = await begun()
    versions = [quote.version for quote in await store.all(Quote)]
    assert versions == ["v1", "v2"]
    quote = (await store.all(Quote))[0]
    await store.update(Quote(quote.quote_id, quote.opportunity_id, quote.amount, quote.status, quote.created_date))
    assert [each.version for each in await store.all(Quote)] == ["v2", None]


async def test_release_forgets_the_later_marks_too() -> None:
    store = await begun()
    outer, inner = store.mark(), store.mark()
    store.release(outer)
    for mark in (outer, inner):
        with pytest.raises(ValueError, match="there is no mark"):
            store.rollback_to(mark)
