"""The CRM environment: opens worlds in memory or in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, Self

from atlas.core.json import JsonObject
from atlas.core.tasks import Setup
from atlas.core.tools import ToolSpec
from atlas.environments.crm.base import AS_OF, SHIPPED
from atlas.environments.crm.crm import Crm, Ids
from atlas.environments.crm.memory import MemoryStore
from atlas.environments.crm.postgres import PostgresStore, read_base
from atlas.environments.crm.readings import Readings
from atlas.environments.crm.repository import Store
from atlas.environments.crm.slots import Slots
from atlas.environments.crm.tools import SPECS
from atlas.environments.crm.world import CrmWorld


class Stores(Protocol):
    """Where worlds get their stores."""

    def lease(self) -> AbstractAsyncContextManager[Store]:
        """An empty store for one world; leaving undoes everything. Raises `WorldError` when there can be none."""

    async def base(self) -> JsonObject:
        """The base world by table and id. Raises `WorldError` when there is none."""

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

        Up to `size` worlds are open at once, each on a connection of its own; further ones wait in line until
        one is left. Keep `size` below what the server has to give (`max_connections`; 197 on the embedded one).
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
    async def open(self, setup: Setup) -> AsyncIterator[CrmWorld]:
        """A world in the state of `setup`. Raises `WorldError`, or `ValueError` for a setup it cannot load."""
        reading = self._readings.read(setup)
        async with self._stores.lease() as store:
            await store.begin(reading.records)
            yield CrmWorld(store, Crm(store, reading.clock, Ids(setup.seed)))

    @asynccontextmanager
    async def begin_session(
        self, *, reset: bool = False, as_of: str = AS_OF, seed: str = "session"
    ) -> AsyncIterator[CrmWorld]:
        """A session on the base world, or on an empty one with `reset`; leaving the block undoes all of it.

        `as_of` and `seed` are those of a `Setup`. Sessions nest: see `CrmWorld.begin_session`. Raises `WorldError`
        when the store fails or has no base world that can be used, `ValueError` for a bad `as_of`.
        """
        content = {} if reset else await self._stores.base()
        async with self.open(Setup(as_of, seed, content)) as world:
            yield world


class MemoryStores:
    """A new store for each world; the base world is the shipped one."""

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Store]:
        yield MemoryStore()

    async def base(self) -> JsonObject:
        return SHIPPED

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

    async def base(self) -> JsonObject:
        async with self._slots.lease() as wire:
            return await read_base(wire)

    async def close(self) -> None:
        await self._slots.close()
