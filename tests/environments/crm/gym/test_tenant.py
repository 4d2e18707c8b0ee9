"""A tenant: one world at a time, the environment entered late and left once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from atlas.core.tasks import Setup
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.gym.tenant import Tenant
from atlas.errors import WorldError
from tests.environments.crm.samples import NORTHWIND, SETUP, value


async def test_worlds_follow_each_other_and_the_environment_stays() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def entering() -> AsyncIterator[CrmEnvironment]:
        seen.append("in")
        yield CrmEnvironment.memory()
        seen.append("out")

    tenant = Tenant(entering)
    assert seen == []
    first = await tenant.move(SETUP)
    await value(first, "modify_client", client_id=NORTHWIND, owner="Sam")
    second = await tenant.move(SETUP)
    assert (await second.snapshot())["clients"][NORTHWIND]["owner"] is None
    assert seen == ["in"]
    await tenant.close()
    await tenant.close()
    assert seen == ["in", "out"]


async def test_an_environment_that_could_not_be_entered_is_made_anew() -> None:
    tried: list[str] = []

    @asynccontextmanager
    async def entering() -> AsyncIterator[CrmEnvironment]:
        tried.append("in")
        if len(tried) == 1:
            raise WorldError("the server is down")
        yield CrmEnvironment.memory()

    tenant = Tenant(entering)
    with pytest.raises(WorldError):
        await tenant.move(SETUP)
    assert await (await tenant.move(SETUP)).snapshot()
    await tenant.close()


async def test_a_setup_that_cannot_be_opened_leaves_no_world_open() -> None:
    tenant = Tenant(CrmEnvironment.memory)
    with pytest.raises(ValueError, match="no such table"):
        await tenant.move(Setup(SETUP.as_of, "seed", {"planets": {}}))
    assert await (await tenant.move(SETUP)).snapshot()
    await tenant.close()
