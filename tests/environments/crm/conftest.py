"""Fixtures of the CRM's tests: an environment of each kind, and a world of the samples in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.world import CrmWorld
from tests.environments.crm.samples import SETUP


@pytest.fixture
async def postgres(crm_url: str) -> AsyncIterator[CrmEnvironment]:
    async with CrmEnvironment.postgres(crm_url) as environment:
        yield environment


@pytest.fixture(params=["memory", "postgres"])
def environment(request: pytest.FixtureRequest) -> CrmEnvironment:
    """Each of the two: what a test says of it holds for both."""
    if request.param == "memory":
        return CrmEnvironment.memory()
    postgres: CrmEnvironment = request.getfixturevalue("postgres")
    return postgres


@pytest.fixture
async def world(environment: CrmEnvironment) -> AsyncIterator[CrmWorld]:
    """An open world of the samples."""
    async with environment.open(SETUP) as opened:
        yield opened
