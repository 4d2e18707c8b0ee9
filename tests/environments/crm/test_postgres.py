"""What only the PostgreSQL store can do wrong: isolation, failures, what stays behind."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import orjson
import psycopg
import pytest

from atlas.core.protocols import World
from atlas.core.tools import ToolCall
from atlas.environments.crm import postgres as postgres_module
from atlas.environments.crm.crm import Crm, Ids
from atlas.environments.crm.ddl import VERSION
from atlas.environments.crm.entities import (
    Client,
    ClientId,
    ClientStatus,
    Contact,
    ContactId,
    Opportunity,
    OpportunityId,
)
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.postgres import PostgresStore
from atlas.environments.crm.schema import TABLES
from atlas.environments.crm.setup import read_clock, read_records
from atlas.environments.crm.slots import Slots
from atlas.environments.crm.statements import snapshot_statement
from atlas.environments.crm.wire import Wire
from atlas.environments.crm.world import CrmWorld
from atlas.errors import ToolError, WorldError
from tests.environments.crm.samples import NOBODY, NORTHWIND, RENEWAL, SETUP, attempt, error, value

NEW_CLIENT = {"name": "Same", "email": "same@example.com", "status": "Active"}
NOW = read_clock(SETUP).now


def rows_in(url: str) -> dict[str, int]:
    """How many rows another connection sees in every table of every slot."""
    with psycopg.connect(url) as connection:
        schemas = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ %s", [f"^crm_{VERSION}_[0-9]+$"]
        ).fetchall()
        names = [f"{schema}.{table.name}" for (schema,) in schemas for table in TABLES]
        counts = {name: connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() for name in names}
    return {name: count[0] for name, count in counts.items() if count}


async def kill_all(url: str) -> None:
    """End every connection to the database but the one that does it."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def waiting_for_locks(url: str) -> tuple[int, int]:
    """How many locks nobody has granted yet, and how many connections are inside a transaction."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            """
            SELECT (SELECT count(*) FROM pg_locks WHERE NOT granted),
                   count(*) FILTER (WHERE state = 'idle in transaction')
            FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
            """
        ).fetchone()
    assert row is not None
    return row


async def test_32_sessions_at_once_never_wait_for_each_other(new_database: Callable[[], str]) -> None:
    """Every one is in the middle of its transaction, with the same e-mail taken, before any goes on."""
    url, count, steps = new_database(), 32, 3
    all_there = asyncio.Barrier(count)
    seen: list[tuple[int, int]] = []

    async def play(crm: CrmEnvironment) -> int:
        async with crm.begin_session(reset=True) as session:
            client = await value(session, "create_new_client", **NEW_CLIENT)
            for step in range(steps):
                if await all_there.wait() == 0:
                    seen.append(await asyncio.to_thread(waiting_for_locks, url))
                await asyncio.wait_for(all_there.wait(), 20)
                await error(session, "create_new_client", **NEW_CLIENT)
                await value(session, "modify_client", client_id=client["client_id"], owner=f"Owner {step}")
            return len(await value(session, "client_search"))

    async with CrmEnvironment.postgres(url, size=count) as crm:
        assert await asyncio.gather(*(play(crm) for _ in range(count))) == [1] * count
    assert seen == [(0, count)] * steps


async def test_two_worlds_create_the_same_client_at_once(postgres: CrmEnvironment) -> None:
    async with postgres.open(SETUP) as one, postgres.open(SETUP) as other:
        made = await asyncio.wait_for(
            asyncio.gather(*(value(world, "create_new_client", **NEW_CLIENT) for world in (one, other))), 2
        )
        assert made[0] == made[1]
        assert await one.snapshot() == await other.snapshot()
        await value(one, "delete_opportunity", opportunity_id=RENEWAL)
        assert RENEWAL in (await other.snapshot())["opportunities"]


async def test_many_worlds_at_once_give_what_they_give_one_by_one(postgres: CrmEnvironment) -> None:
    async def play(number: int) -> object:
        async with postgres.open(SETUP) as world:
            await value(world, "create_new_client", name=f"C{number}", email="c@example.com", status="Active")
            await asyncio.sleep(0.001)
            await value(world, "modify_opportunity", opportunity_id=RENEWAL, amount=number + 1)
            return await world.snapshot()

    alone = [await play(number) for number in range(12)]
    assert await asyncio.gather(*(play(number) for number in range(12))) == alone


async def test_nothing_stays_behind(postgres: CrmEnvironment, crm_url: str) -> None:
    async with postgres.open(SETUP) as world:
        await value(world, "create_new_client", **NEW_CLIENT)
        assert set(rows_in(crm_url).values()) == {0}, "nothing is committed while a world is open"
    assert set(rows_in(crm_url).values()) == {0}

    async def crash() -> None:
        async with postgres.open(SETUP) as world:
            await value(world, "create_new_client", **NEW_CLIENT)
            raise RuntimeError("agent")

    with pytest.raises(RuntimeError, match="agent"):
        await crash()
    assert set(rows_in(crm_url).values()) == {0}


async def test_a_lost_connection_is_a_world_error_and_the_next_world_is_fine(
    postgres: CrmEnvironment, crm_url: str
) -> None:
    async with postgres.open(SETUP) as world:
        await kill_all(crm_url)
        with pytest.raises(WorldError, match="the CRM database failed"):
            await attempt(world, "client_search")
        with pytest.raises(WorldError, match="the CRM database failed"):
            await world.snapshot()
    async with postgres.open(SETUP) as world:
        assert await value(world, "client_search", name="GmbH")


async def test_a_connection_lost_and_never_used_again_does_no_harm(postgres: CrmEnvironment, crm_url: str) -> None:
    async with postgres.open(SETUP):
        await kill_all(crm_url)
        await asyncio.sleep(0.01)
    async with postgres.open(SETUP) as world:
        assert await value(world, "client_search", name="GmbH")


async def test_a_cancelled_call_changes_nothing(postgres: CrmEnvironment) -> None:
    """Whatever moment a time limit hits: before, during or after the statements of the call."""
    for steps in range(8):
        async with postgres.open(SETUP) as world:
            before = await world.snapshot()
            call = ToolCall("c", "create_new_client", json.dumps(NEW_CLIENT))
            task = asyncio.create_task(world.call(call))
            for _ in range(steps):
                await asyncio.sleep(0)
            if not task.done():
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert await world.snapshot() == before
            assert await value(world, "client_search", name="GmbH")


async def test_an_unreachable_database_is_told_on_entering() -> None:
    with pytest.raises(WorldError, match="cannot connect"):
        async with CrmEnvironment.postgres("host=127.0.0.1 port=1 dbname=crm"):
            pass


async def test_a_database_that_cannot_be_written_is_told(new_database: Callable[[], str]) -> None:
    read_only = psycopg.conninfo.make_conninfo(new_database(), options="-c default_transaction_read_only=on")
    with pytest.raises(WorldError, match="cannot prepare a schema"):
        async with CrmEnvironment.postgres(read_only):
            pass


async def begun(wire: Wire) -> PostgresStore:
    store = PostgresStore(wire)
    await store.begin(read_records(SETUP, read_clock(SETUP)))
    return store


async def test_a_broken_constraint_is_a_tool_error_and_the_rows_stay(crm_url: str) -> None:
    """By SQLSTATE class, for what a forgotten rule would let through."""
    slots = Slots(crm_url, 1)
    async with slots.lease() as wire:
        store = await begun(wire)
        before = await store.snapshot()
        orphan = Contact(ContactId(NOBODY), "A", "B", ClientId(NOBODY))
        twin = Client(ClientId(NOBODY), "N", ClientStatus.ACTIVE, NOW, email="OFFICE@northwind.com")  # type: ignore[arg-type]
        odd = Client(ClientId("odd"), "N", ClientStatus.ACTIVE, NOW)
        for entity, sentence in (
            (orphan, "The change would break the rule 'contacts_client_id_fkey' of the database."),
            (twin, "The change would break the rule 'clients_email' of the database."),
            (odd, "The database cannot hold one of these values."),
        ):
            mark = store.mark()
            with pytest.raises(ToolError) as refused:
                await store.insert(entity)
            assert str(refused.value) == sentence
            store.rollback_to(mark)
            store.release(mark)
        assert await store.snapshot() == before
        await store.end()
    await slots.close()


async def test_a_database_that_does_not_answer_is_not_waited_for(
    crm_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "END_TIMEOUT_S", 0.05)
    slots = Slots(crm_url, 1)
    async with slots.lease() as wire:
        store = await begun(wire)
        stuck = asyncio.create_task(wire.run([(b"SELECT pg_sleep(1)", ())]))
        await asyncio.sleep(0.01)
        stuck.cancel()
        await asyncio.wait_for(store.end(), 0.5)
        assert not wire.idle
    async with slots.lease() as wire:
        assert wire.idle
    await slots.close()


async def test_a_setup_that_the_database_refuses_is_a_value_error(crm_url: str) -> None:
    slots = Slots(crm_url, 1)
    async with slots.lease() as wire:
        store = PostgresStore(wire)
        with pytest.raises(ValueError, match="the database refuses the setup"):
            await store.begin([Contact(ContactId(NOBODY), "A", "B", ClientId(NOBODY))])
        await store.end()
        assert wire.idle
    await slots.close()


async def test_marks_without_statements_are_never_sent(crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = Slots(crm_url, 1)
    sent: list[bytes] = []
    async with slots.lease() as wire:
        store = await begun(wire)
        world: World = CrmWorld(store, Crm(store, read_clock(SETUP), Ids("seed")))
        run = wire.run

        async def spy(batch: list[tuple[bytes, tuple[bytes, ...]]]) -> list[bytes]:
            sent.extend(statement for statement, _ in batch)
            return await run(batch)

        monkeypatch.setattr(wire, "run", spy)
        await world.mark()
        await error(world, "create_new_client", name="X")
        assert sent == []
        await value(world, "view_opportunity_details", opportunity_id=RENEWAL)
        assert [statement.split()[0] for statement in sent] == [*[b"SAVEPOINT"] * 3, b"SELECT"]
        sent.clear()
        await value(world, "modify_client", client_id=NORTHWIND, owner="Kim")
        assert [statement.split()[0] for statement in sent] == [b"RELEASE", b"SAVEPOINT", b"SELECT", b"UPDATE"]
        await store.end()
    await slots.close()


async def test_a_snapshot_is_what_the_database_holds(crm_url: str) -> None:
    """Tables that were not written to since the world began are not read again."""
    slots = Slots(crm_url, 1)
    async with slots.lease() as wire:
        store = await begun(wire)

        async def check() -> None:
            ours = await store.snapshot()
            (text,) = await wire.run([(snapshot_statement(), ())])
            assert ours == orjson.loads(text)
            assert [list(rows) for rows in ours.values()] == [list(rows) for rows in orjson.loads(text).values()]

        await check()
        mark = store.mark()
        deal = (await store.all(Opportunity))[0]
        await store.insert(replace(deal, opportunity_id=OpportunityId(NOBODY)))
        await check()
        await store.update(replace(deal, notes="changed"))
        await check()
        await store.delete(deal)
        await check()
        store.rollback_to(mark)
        await check()
        await wire.run([(b"ROLLBACK", ())])
    await slots.close()
