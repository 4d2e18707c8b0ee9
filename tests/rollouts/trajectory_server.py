"""A trajectory API as the protocol's reference describes it, in memory, on a real port: for tests of its clients.

It runs in a thread of its own, so that tests in any event loop and commands in child processes can call it:

    with TrajectoryServer(batch_size=8) as server:
        ...  # server.url; server.groups are the bodies it got
"""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

import orjson
from aiohttp import web

from atlas.core.json import JsonObject


@dataclass
class TrajectoryServer:
    """`waits` is how often an environment is told to wait for the trainer. `fault` may answer a call instead."""

    batch_size: int = 8
    max_token_len: int = 2048
    num_steps: int = 0
    waits: int = 0
    fault: Callable[[str], web.Response | None] = lambda path: None
    groups: list[JsonObject] = field(default_factory=list)
    registered: list[JsonObject] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    compressed: int = 0
    taken: int = 0
    forgotten: bool = False
    port: int = 0

    def __post_init__(self) -> None:
        self._started = threading.Event()
        self._stop: Callable[[], object] = lambda: None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def step(self) -> int:
        """Batches that the trainer has taken: all but what waits."""
        return self.taken

    def take(self) -> None:
        """The trainer takes one batch, where there is one."""
        if self._waiting() * self._size() >= self.batch_size:
            self.taken += 1

    def __enter__(self) -> TrajectoryServer:
        self._started.clear()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        if not self._started.wait(10):
            raise RuntimeError("the trajectory server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        assert self._thread is not None
        self._thread.join(10)

    async def _serve(self) -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=64_000_000, middlewares=[self._faulty])
        app.router.add_post("/register-env", self._register)
        app.router.add_post("/disconnect-env", self._disconnect)
        app.router.add_get("/info", self._info)
        app.router.add_get("/status-env", self._status)
        app.router.add_post("/scored_data", self._take_in)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        # A restart comes back where it was.
        await web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = runner.addresses[0][1]
        self._stop = lambda: loop.call_soon_threadsafe(stopped.set)
        self._started.set()
        await stopped.wait()
        await runner.cleanup()

    @web.middleware
    async def _faulty(self, request: web.Request, handler: Callable[[web.Request], object]) -> web.StreamResponse:
        self.calls.append(request.path)
        answer = self.fault(request.path)
        return answer if answer is not None else await handler(request)  # type: ignore[misc]

    async def _register(self, request: web.Request) -> web.Response:
        if self.waits > 0:
            self.waits -= 1
            return web.json_response({"status": "wait for trainer to start"})
        self.registered.append(await request.json())
        self.forgotten = False
        return web.json_response(
            {
                "status": "success",
                "env_id": len(self.registered) - 1,
                "wandb_name": f"{self.registered[-1]['desired_name']}_{len(self.registered) - 1}",
                "checkpoint_dir": "",
                "starting_step": self.step,
                "checkpoint_interval": 10,
                "num_steps": self.num_steps,
            }
        )

    async def _disconnect(self, request: web.Request) -> web.Response:
        self.left.append((await request.json())["env_id"])
        return web.json_response({"status": "success"})

    async def _info(self, request: web.Request) -> web.Response:
        return web.json_response({"batch_size": self.batch_size, "max_token_len": self.max_token_len})

    async def _status(self, request: web.Request) -> web.Response:
        if self.forgotten or (await request.json())["env_id"] >= len(self.registered):
            return web.json_response({"detail": "unknown environment"}, status=500)
        return web.json_response(
            {
                "current_step": self.step,
                "queue_size": self._waiting(),
                "unallocated_fraction": 1.0,
                "self_queue_size": self._waiting(),
                "max_group_size": self._size(),
                "env_weight": 1.0,
            }
        )

    async def _take_in(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.keys.append(request.headers.get("Idempotency-Key"))
        if request.headers.get("Content-Encoding") == "gzip":
            self.compressed += 1
            body = body if body[:1] == b"{" else gzip.decompress(body)
        self.groups.append(orjson.loads(body))
        return web.json_response({"status": "received"})

    def _waiting(self) -> int:
        return len(self.groups) - self.taken * self.batch_size // self._size()

    def _size(self) -> int:
        return len(self.groups[0]["scores"]) if self.groups else 1
