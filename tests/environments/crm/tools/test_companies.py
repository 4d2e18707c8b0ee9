from atlas.core.protocols import World
from tests.environments.crm.samples import PARTNER, value


async def test_search(world: World) -> None:
    (found,) = await value(world, "company_search", name="sails", type="partner")
    assert (found["company_id"], found["contacts"]) == (PARTNER, ["Ann", "Bo"])
    assert len(await value(world, "company_search", contacts=["Ann", "Bo"])) == 1
    assert await value(world, "company_search", contacts=["Bo", "Ann"]) == []
    assert await value(world, "company_search", contacts=[]) == []


async def test_list(world: World) -> None:
    assert list(await value(world, "list_companies")) == [PARTNER]
