"""A trajectory API in this process, on the real database, asked over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from atlas.rollouts.api.app import TrajectoryApi
from atlas.rollouts.api.config import ApiConfig
from atlas.rollouts.api.connections import Connections
from atlas.rollouts.api.queue import GroupQueue
from atlas.rollouts.api.server import listen, web_server
from atlas.storage.database import Database
from atlas.storage.groups import PostgresGroups
from atlas.storage.migrations import migrate

TRAINER = {
    "wandb_group": "group",
    "wandb_project": "project",
    "batch_size": 8,
    "max_token_len": 2048,
    "checkpoint_dir": "checkpoints",
    "save_checkpoint_interval": 10,
    "starting_step": 5,
    "num_steps": 1000,
}
ENVIRONMENT = {"max_token_length": 2048, "desired_name": "maths", "weight": 1.0, "group_size": 4}


def group(mark: int, size: int = 4, env_id: int | None = None, **fields: Any) -> dict[str, Any]:
    """A group that can be told from every other one by its first token."""
    tokens = [[mark, 2, 3]] * size
    return {"tokens": tokens, "masks": tokens, "scores": [0.5] * size, "env_id": env_id, **fields}


def marks(batch: list[dict[str, Any]]) -> list[int]:
    return [each["tokens"][0][0] for each in batch]


@dataclass(frozen=True, slots=True)
class Api:
    """A running server."""

    queue: GroupQueue
    store: PostgresGroups
    session: aiohttp.ClientSession

    async def ask(self, method: str, path: str, value: Any = None, **options: Any) -> tuple[int, Any]:
        """Status and answer."""
        async with self.session.request(method, path, json=value, **options) as response:
            text = await response.text()
            plain = response.content_type == "text/plain"
            return response.status, text if plain else json.loads(text)

    async def get(self, path: str, value: Any = None) -> Any:
        status, answer = await self.ask("GET", path, value)
        assert status == 200, answer
        return answer

    async def post(self, path: str, value: Any) -> Any:
        status, answer = await self.ask("POST", path, value)
        assert status == 200, answer
        return answer

    async def train(self, **changes: Any) -> None:
        """Register a trainer that has asked for its first batch."""
        await self.post("/register", TRAINER | changes)
        await self.get("/batch")

    async def environment(self, **changes: Any) -> int:
        """The number of a new environment."""
        answer = await self.post("/register-env", ENVIRONMENT | changes)
        assert answer["status"] == "success"
        return int(answer["env_id"])


NewApi = Callable[..., Awaitable[Api]]


@asynccontextmanager
async def running(url: str, queue_name: str, config: ApiConfig) -> AsyncIterator[Api]:
    """A server until the block ends."""
    async with Database(url, max_connections=10) as database, PostgresGroups(database, queue_name) as store:
        queue, connections = GroupQueue(store, config), Connections()
        async with queue.running():
            application = TrajectoryApi(queue, connections, lambda: 2**127).application(config, None)
            server = web_server(application, connections)
            listener = listen("127.0.0.1", 0)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            base = f"http://127.0.0.1:{listener.getsockname()[1]}"
            try:
                async with aiohttp.ClientSession(base) as session:
                    yield Api(queue, store, session)
            finally:
                server.should_exit = True
                await serving


@pytest.fixture
async def new_api(atlas_url: str, request: pytest.FixtureRequest) -> AsyncIterator[NewApi]:
    """Starts servers, each with a queue of its own."""
    async with Database(atlas_url) as database:
        await migrate(database)
    async with AsyncExitStack() as stack:
        count = 0

        async def start(**limits: Any) -> Api:
            nonlocal count
            count += 1
            name = f"{request.node.name}-{count}"
            api = await stack.enter_async_context(running(atlas_url, name, ApiConfig(**limits)))
            await api.queue.reset()
            return api

        yield start


@pytest.fixture
async def api(new_api: NewApi) -> Api:
    """A server with an empty queue."""
    return await new_api()
