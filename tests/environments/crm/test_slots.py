import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

import psycopg
import pytest

from atlas.environments.crm import slots as slots_module
from atlas.environments.crm.ddl import VERSION
from atlas.environments.crm.schema import TABLES
from atlas.environments.crm.slots import Slots
from atlas.environments.crm.wire import Wire
from atlas.errors import WorldError


@pytest.fixture
async def slots(crm_url: str) -> AsyncIterator[Slots]:
    made = Slots(crm_url, 2)
    yield made
    await made.close()


async def text(wire: Wire, query: str) -> str:
    (found,) = await wire.run([(query.encode(), ())])
    return found.decode()


async def schema(wire: Wire) -> str:
    return await text(wire, "SELECT current_schema")


async def pid(wire: Wire) -> str:
    return await text(wire, "SELECT pg_backend_pid()")


async def test_each_connection_has_a_schema_of_its_own(slots: Slots) -> None:
    async with slots.lease() as one, slots.lease() as other:
        names = {await schema(one), await schema(other)}
    assert len(names) == 2
    assert all(name.startswith(f"crm_{VERSION}_") for name in names)


async def test_slots_of_two_pools_never_share(slots: Slots, crm_url: str) -> None:
    """Two pools are as far apart as two processes: the server keeps the claims."""
    others = Slots(crm_url, 2)
    async with slots.lease() as one, others.lease() as other:
        assert await schema(one) != await schema(other)
    await others.close()


def _claim(url: str, ready: Barrier, names: "SimpleQueue[str]") -> None:
    async def claim() -> None:
        slots = Slots(url, 1)
        async with slots.lease() as wire:
            names.put(await schema(wire))
            ready.wait(20)
        await slots.close()

    asyncio.run(claim())


def test_processes_that_start_at_once_get_different_schemas(new_database: Callable[[], str]) -> None:
    """In a new database, where they also race to create the shared types."""
    url = new_database()
    context = multiprocessing.get_context("forkserver")
    names, ready = context.SimpleQueue(), context.Barrier(3)
    processes = [context.Process(target=_claim, args=(url, ready, names)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len({names.get() for _ in processes}) == 3


async def test_connections_are_kept_and_used_again(slots: Slots) -> None:
    async with slots.lease() as wire:
        first = await pid(wire)
    async with slots.lease() as wire:
        assert await pid(wire) == first


async def test_who_comes_late_waits_in_line(crm_url: str) -> None:
    slots = Slots(crm_url, 1)
    order: list[int] = []

    async def use(number: int) -> None:
        async with slots.lease():
            order.append(number)
            await asyncio.sleep(0.001)

    await asyncio.gather(*(use(number) for number in range(6)))
    assert order == list(range(6))
    await slots.close()


async def test_a_wire_left_in_a_transaction_is_not_used_again(slots: Slots) -> None:
    async with slots.lease() as wire:
        first = await pid(wire)
        await wire.run([(b"BEGIN", ())])
    async with slots.lease() as wire:
        assert await pid(wire) != first


async def test_a_connection_lost_while_idle_is_replaced(slots: Slots, crm_url: str) -> None:
    async with slots.lease() as wire:
        first = await pid(wire)
    with psycopg.connect(crm_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [int(first)])
    await asyncio.sleep(0.01)
    async with slots.lease() as wire:
        assert await pid(wire) != first


async def test_what_rolled_back_sessions_left_is_vacuumed(slots: Slots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots_module, "SESSIONS_PER_VACUUM", 3)
    fill = b"INSERT INTO companies (name, type) SELECT repeat('x', 100), 'Vendor' FROM generate_series(1, 1000)"
    sizes = []
    for _ in range(8):
        async with slots.lease() as wire:
            first = await pid(wire)
            await wire.run([(b"BEGIN", ()), (fill, ()), (b"ROLLBACK", ())])
            sizes.append(int(await text(wire, "SELECT pg_relation_size('companies')")))
    async with slots.lease() as wire:
        assert await pid(wire) == first, "a vacuum that fails costs the slot its connection"
    assert max(sizes) == sizes[2], "space is used again after each third session"


async def test_nothing_is_kept_after_closing(crm_url: str) -> None:
    slots = Slots(crm_url, 2)
    async with slots.lease() as wire:
        await slots.close()
        assert wire.alive
    assert not wire.alive


async def test_a_database_that_cannot_be_reached_is_named_without_the_password() -> None:
    slots = Slots("postgresql://kim:sesame@127.0.0.1:1/crm", 1)
    with pytest.raises(WorldError, match=r"cannot connect to the CRM database crm at 127\.0\.0\.1:1") as refused:
        async with slots.lease():
            pass
    assert "sesame" not in str(refused.value)


async def test_a_bad_connection_string_is_told() -> None:
    with pytest.raises(WorldError, match="its connection string cannot be read"):
        async with Slots("crm", 1).lease():
            pass


async def test_session_settings_hold_whatever_the_server_says(slots: Slots) -> None:
    async with slots.lease() as wire:
        assert await text(wire, "SHOW timezone") == "UTC"
        assert await text(wire, "SHOW idle_in_transaction_session_timeout") == "0"
        assert (await schema(wire)) in await text(wire, "SHOW search_path")
        assert await text(wire, f"SELECT count(*) FROM {TABLES[0].name}") == "0"
