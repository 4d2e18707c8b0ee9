import pytest

from atlas.core.protocols import Environment
from atlas.core.tasks import Setup
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.tools import SPECS
from tests.environments.crm.samples import AS_OF, NOW, SETUP, made, value


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
