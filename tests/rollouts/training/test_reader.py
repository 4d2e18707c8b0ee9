"""The reader against a real HTTP server that speaks the protocol, gzip and its refusals included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from atlas.core.json import JsonValue
from atlas.errors import DeliveryError
from atlas.rollouts.training.reader import BatchReader, Registration

GROUP = {"tokens": [[1, 2]], "masks": [[-100, 2]], "scores": [1.0], "advantages": None, "env_id": 0}


@dataclass
class Api:
    """Replies to /batch in order, then null; and what was asked of it."""

    replies: list[JsonValue]
    url: str = ""
    registered: list[JsonValue] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    async def register(self, request: web.Request) -> web.Response:
        self.registered.append(await request.json())
        self.tokens.append(request.headers.get("Authorization"))
        return web.json_response({"uuid": 2**127})

    async def batch(self, request: web.Request) -> web.Response:
        reply = self.replies.pop(0) if self.replies else {"batch": None}
        if isinstance(reply, int):
            return web.Response(status=reply, text="no")
        response = web.json_response(reply)
        response.enable_compression()
        return response


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    made = Api([])
    app = web.Application()
    app.router.add_post("/register", made.register)
    app.router.add_get("/batch", made.batch)
    server = TestServer(app)
    await server.start_server()
    made.url = str(server.make_url("/"))
    yield made
    await server.close()


slept: list[float] = []


async def sleep(seconds: float) -> None:
    slept.append(seconds)


async def read(api: Api, wait_s: float = 2.0) -> list[list[float]]:
    slept.clear()
    async with BatchReader(api.url, "secret", sleep) as reader:
        await reader.register(Registration("atlas-sft-gen", 128, 2048, 200))
        return [[score for group in batch for score in group.scores] async for batch in reader.batches(wait_s)]


async def test_batches_are_read_until_none_comes(api: Api) -> None:
    api.replies += [{"batch": None}, {"batch": [GROUP, GROUP]}, {"batch": [GROUP]}]
    assert await read(api) == [[1.0, 1.0], [1.0]]
    assert slept == [1.0, 1.0, 1.0]
    assert api.tokens == ["Bearer secret"]
    assert api.registered == [
        {
            "wandb_group": "atlas", "wandb_project": "atlas-sft-gen", "batch_size": 128, "max_token_len": 2048,
            "checkpoint_dir": "", "save_checkpoint_interval": 0, "starting_step": 0, "num_steps": 200,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ({"status": "error", "message": "Trainer not registered.", "batch": []}, "gave no batch: Trainer not"),
        ({"batch": [{"tokens": [[1]]}]}, "sent a batch that cannot be read"),
        ({"batch": [{**GROUP, "masks": [[1]]}]}, r"masks\[0\]: 1 items for 2 tokens"),
        ([1], "cannot be read"),
        (401, "/batch answered 401: no"),
    ],
)
async def test_a_server_that_does_otherwise_is_an_error(api: Api, reply: JsonValue, sentence: str) -> None:
    api.replies.append(reply)
    with pytest.raises(DeliveryError, match=sentence):
        await read(api)


async def test_a_server_that_is_not_there_is_an_error() -> None:
    with pytest.raises(DeliveryError, match=r"no trajectory API can be reached at http://127.0.0.1:9"):
        await read(Api([], url="http://127.0.0.1:9"))
