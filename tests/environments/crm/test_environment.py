from collections.abc import AsyncIterator

import psycopg
import pytest

from atlas.core.protocols import Environment
from atlas.core.tasks import Setup
from atlas.environments.crm.base import SHIPPED, records_of
from atlas.environments.crm.base_schema import BaseSchema
from atlas.environments.crm.dump import SCHEMA, dump
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.tools import SPECS
from atlas.errors import WorldError
from tests.environments.crm.samples import AS_OF, NOW, SETUP, error, made, value


async def test_it_is_an_environment(environment: CrmEnvironment) -> None:
    protocol: Environment = environment
    assert protocol.name == "crm"
    assert protocol.specs is SPECS
    async with protocol.open(SETUP) as world:
        assert world.specs is SPECS


async def test_clock_and_seed_come_from_the_setup(environment: CrmEnvironment) -> None:
    async with environment.open(Setup(AS_OF, "other")) as world:
        client = await value(world, "create_new_client", name="N", email="n@example.com", status="Active")
    assert (client["client_id"], client["created_date"]) == (made(1, "other"), NOW)


async def test_a_bad_clock_is_a_value_error(environment: CrmEnvironment) -> None:
    for as_of in ("", "2026-03-02", "soon"):
        with pytest.raises(ValueError, match=r"isoformat|no offset"):
            async with environment.open(Setup(as_of, "s")):
                pass


async def test_more_worlds_than_connections_take_turns(crm_url: str) -> None:
    async with CrmEnvironment.postgres(crm_url, size=1) as environment:
        async with environment.open(SETUP):
            pass
        async with environment.open(SETUP) as world:
            assert await value(world, "client_search")


async def test_memory_needs_no_closing() -> None:
    async with CrmEnvironment.memory() as environment, environment.open(SETUP) as world:
        assert await value(world, "client_search")


@pytest.fixture
async def seeded(environment: CrmEnvironment, crm_url: str) -> AsyncIterator[CrmEnvironment]:
    """Each of the two with the shipped base world."""
    async with BaseSchema.open(crm_url) as schema:
        await schema.put(dump(records_of(SHIPPED)), "shipped")
        yield environment
    with psycopg.connect(crm_url) as connection:
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE".encode())


async def test_a_reset_session_is_empty_and_forgotten(environment: CrmEnvironment) -> None:
    for _ in range(2):
        async with environment.begin_session(reset=True) as session:
            counts = await value(session, "summarize_counts")
            assert set(counts.values()) == {0}
            await value(session, "create_new_client", name="N", email="n@example.com", status="Active")


async def test_a_session_sees_the_base_world_and_never_changes_it(seeded: CrmEnvironment) -> None:
    async with seeded.begin_session() as session:
        before = await session.snapshot()
        assert {table: len(rows) for table, rows in before.items()} == {
            "clients": 10,
            "contacts": 10,
            "opportunities": 10,
            "quotes": 10,
            "contracts": 4,
            "companies": 3,
            "documents": 4,
            "notes": 5,
        }
        for key in before["clients"]:
            await value(session, "modify_client", client_id=key, owner="Somebody else")
        for key in before["opportunities"]:
            await value(session, "delete_opportunity", opportunity_id=key)
    async with seeded.begin_session() as session:
        assert await session.snapshot() == before


async def test_both_backends_have_the_same_base_world(seeded: CrmEnvironment) -> None:
    async with seeded.begin_session() as session, CrmEnvironment.memory().begin_session() as other:
        assert await session.snapshot() == await other.snapshot()


async def test_after_an_error_the_sessions_own_rows_are_still_there(seeded: CrmEnvironment) -> None:
    async with seeded.begin_session() as session:
        made_client = await value(session, "create_new_client", name="N", email="n@example.com", status="Active")
        await error(session, "create_new_opportunity", name="D", client_id="no", amount=1, stage="{stage}")
        await error(session, "create_new_client", name="N", email="N@example.com", status="Active")
        await error(session, "no_such_tool")
        found = await value(session, "client_search", email="n@example.com")
    assert [client["client_id"] for client in found] == [made_client["client_id"]]


async def test_a_session_has_the_clock_and_the_ids_that_it_is_given(environment: CrmEnvironment) -> None:
    async with environment.begin_session(reset=True, as_of=AS_OF, seed="mine") as session:
        client = await value(session, "create_new_client", name="N", email="n@example.com", status="Active")
    assert (client["client_id"], client["created_date"]) == (made(1, "mine"), NOW)
    with pytest.raises(ValueError, match="isoformat"):
        async with environment.begin_session(reset=True, as_of="soon"):
            pass


async def test_a_database_without_a_base_world_says_what_to_do(postgres: CrmEnvironment) -> None:
    with pytest.raises(WorldError, match="has no base world; make one with `atlas db seed`"):
        async with postgres.begin_session():
            pass
    async with postgres.begin_session(reset=True) as session:
        assert await value(session, "client_search") == [], "the connection is none the worse"
