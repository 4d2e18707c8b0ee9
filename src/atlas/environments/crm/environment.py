"""The CRM environment: opens worlds in memory or in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, Self

from atlas.core.protocols import World
from atlas.core.tasks import Setup
from atlas.core.tools import ToolSpec
from atlas.environments.crm.crm import Crm, Ids
from atlas.environments.crm.memory import MemoryStore
from atlas.environments.crm.postgres import PostgresStore
from atlas.environments.crm.readings import Readings
from atlas.environments.crm.repository import Store
from atlas.environments.crm.slots import Slots
from atlas.environments.crm.tools import SPECS
from atlas.environments.crm.world import CrmWorld


class Stores(Protocol):
    """Where worlds get their stores."""

    def lease(self) -> AbstractAsyncContextManager[Store]:
        """An empty store for one world; leaving undoes everything. Raises `WorldError` when there can be none."""

    async def close(self) -> None:
        """Let go of what is held between leases."""


class CrmEnvironment:
    """Worlds of the CRM: any number at once, none sees or waits for another. An async context manager."""

    name = "crm"
    specs: tuple[ToolSpec, ...] = SPECS

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._readings = Readings()

    @classmethod
    def memory(cls) -> Self:
        """Worlds in memory, for tests."""
        return cls(MemoryStores())

    @classmethod
    def postgres(cls, conninfo: str, *, size: int = 8) -> Self:
        """Worlds in the database of `conninfo`, where the role may create schemas.

        Up to `size` worlds are open at once, each on a connection of its own; further ones wait in line.
        """
        return cls(PostgresStores(Slots(conninfo, size)))

    async def __aenter__(self) -> Self:
        """Makes sure that the store can be reached. Raises `WorldError`."""
        async with self._stores.lease():
            return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, those of open worlds when these are left."""
        await self._stores.close()

    @asynccontextmanager
    async def open(self, setup: Setup) -> AsyncIterator[World]:
        """A world in the state of `setup`. Raises `WorldError`, or `ValueError` for a setup it cannot load."""
        reading = self._readings.read(setup)
        async with self._stores.lease() as store:
            await store.begin(reading.records)
            yield CrmWorld(store, Crm(store, reading.clock, Ids(setup.seed)))


class MemoryStores:
    """A new store for each world."""

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Store]:
        yield MemoryStore()

    async def close(self) -> None: ...


class PostgresStores:
    """A store over a leased slot for each world."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Store]:
        async with self._slots.lease() as wire:
            store = PostgresStore(wire)
            try:
                yield store
            finally:
                await store.end()

    async def close(self) -> None:
        await self._slots.close()
