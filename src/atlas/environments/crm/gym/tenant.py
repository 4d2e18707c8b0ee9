"""A tenant: has one world at a time, of an environment that is made when the first one is needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TypeAlias

from atlas.core.protocols import Environment, World
from atlas.core.tasks import Setup

MakeEnvironment: TypeAlias = Callable[[], AbstractAsyncContextManager[Environment]]
"""Makes an environment to be entered; called again when entering failed."""


class Tenant:
    """Owns an environment from the first `move` that gets one until `close`."""

    def __init__(self, environment: MakeEnvironment) -> None:
        self._make = environment
        self._environment: Environment | None = None
        self._house, self._world = AsyncExitStack(), AsyncExitStack()

    async def move(self, setup: Setup) -> World:
        """Leave the world that is open and open another. Raises `WorldError`, or `ValueError` for a bad setup."""
        await self.leave()
        if self._environment is None:
            self._environment = await self._house.enter_async_context(self._make())
        return await self._world.enter_async_context(self._environment.open(setup))

    async def leave(self) -> None:
        """Undo and close the open world, if there is one."""
        await self._world.aclose()

    async def close(self) -> None:
        """Leave, and let the environment go."""
        try:
            await self.leave()
        finally:
            await self._house.aclose()
