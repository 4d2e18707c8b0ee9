"""The client of a trajectory API: what it sends, whom it waits for, and when it gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from aiohttp import web

from atlas.core.json import dumps
from atlas.errors import DeliveryError
from atlas.rollouts.client import Introduction, Refused, TrajectoryApi
from tests.rollouts.trajectory_server import TrajectoryServer

ME = Introduction("crm", 4096, 1.0, 4)


class Waits:
    """Counts waits and does not wait."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.said: list[str] = []
        self.three = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0.01)

    def say(self, reason: str, seconds: float) -> None:
        self.said.append(reason)
        if len(self.said) == 3:
            self.three.set()


@pytest.fixture
def server() -> Iterator[TrajectoryServer]:
    with TrajectoryServer() as running:
        yield running


def api(server: TrajectoryServer, waits: Waits | None = None, patience_s: float = 600.0) -> TrajectoryApi:
    waits = waits or Waits()
    return TrajectoryApi(server.url, patience_s=patience_s, on_wait=waits.say, sleep=waits.sleep)


def failing(times: int, answer: Callable[[], web.Response]) -> Callable[[str], web.Response | None]:
    left = [times]

    def fault(path: str) -> web.Response | None:
        left[0] -= 1
        return answer() if left[0] >= 0 else None

    return fault


async def test_it_waits_for_the_trainer_and_introduces_itself(server: TrajectoryServer) -> None:
    server.waits, server.num_steps = 3, 17
    waits = Waits()
    async with api(server, waits) as client:
        registered = await client.register(ME)
        trainer = await client.trainer()
    assert (registered.env_id, registered.wandb_name, registered.num_steps) == (0, "crm_0", 17)
    assert (trainer.batch_size, trainer.max_token_len) == (8, 2048)
    assert server.registered == [
        {
            "desired_name": "crm",
            "max_token_length": 4096,
            "weight": 1.0,
            "group_size": 4,
            "min_batch_allocation": None,
        }
    ]
    assert waits.said == ["no trainer has started yet"] * 3


async def test_the_status_is_asked_with_a_body_on_a_get(server: TrajectoryServer) -> None:
    async with api(server) as client:
        env = await client.register(ME)
        assert (await client.queue(env.env_id)).queue_size == 0
        with pytest.raises(Refused, match="HTTP 500"):
            await client.queue(7)


async def test_groups_arrive_as_they_are_and_large_ones_compressed(server: TrajectoryServer) -> None:
    group = {"tokens": [[1]], "masks": [[1]], "scores": [0.5]}
    large = {**group, "messages": [[{"role": "user", "content": "x" * 100_000}]]}
    async with api(server) as client:
        await client.deliver(dumps(group).encode(), "run/1")
        await client.deliver(dumps(large).encode(), "run/2")
    assert server.groups == [group, large]
    assert server.compressed == 1
    assert server.keys == ["run/1", "run/2"]


async def test_a_busy_server_is_given_the_time_that_it_asks_for(server: TrajectoryServer) -> None:
    waits = Waits()
    server.fault = failing(2, lambda: web.Response(status=503, headers={"Retry-After": "7"}))
    async with api(server, waits) as client:
        await client.deliver(b'{"scores":[1.0]}', "run/1")
    assert waits.slept == [7.0, 7.0]
    assert len(server.groups) == 1


async def test_a_group_that_is_refused_is_not_tried_again(server: TrajectoryServer) -> None:
    server.fault = failing(9, lambda: web.json_response({"detail": "scores[0]: NaN"}, status=422))
    async with api(server) as client:
        with pytest.raises(Refused, match=r"HTTP 422: .*scores\[0\]: NaN"):
            await client.deliver(b'{"scores":[1.0]}', "run/1")
    assert server.calls == ["/scored_data"]


async def test_a_server_that_restarts_is_waited_for() -> None:
    server, waits = TrajectoryServer(), Waits()
    with server:
        async with api(server, waits) as client:
            await client.trainer()
            server.__exit__(None, None, None)
            asking = asyncio.create_task(client.trainer())
            await waits.three.wait()
            server.__enter__()
            assert (await asking).batch_size == 8
    assert "cannot be reached" in waits.said[0]
    assert waits.slept[:3] == [0.25, 0.5, 1.0]


async def test_a_server_that_stays_away_is_given_up(server: TrajectoryServer) -> None:
    server.__exit__(None, None, None)
    async with api(server, patience_s=2.0) as client:
        with pytest.raises(DeliveryError, match=r"cannot be reached .* for \d+ s by now; what is finished is kept"):
            await client.trainer()
    server.__enter__()


async def test_something_else_at_the_address_is_said(server: TrajectoryServer) -> None:
    server.fault = lambda path: web.Response(text="<html>hello</html>")
    async with api(server) as client:
        with pytest.raises(DeliveryError, match="does not answer like a trajectory API"):
            await client.trainer()
    server.fault = lambda path: web.json_response({"status": "full house"})
    async with api(server) as client:
        with pytest.raises(DeliveryError, match="does not register this environment: full house"):
            await client.register(ME)


async def test_leaving_a_server_that_is_gone_is_tried_once(server: TrajectoryServer) -> None:
    waits = Waits()
    async with api(server, waits) as client:
        await client.disconnect(3)
        assert server.left == [3]
        server.__exit__(None, None, None)
        with pytest.raises(DeliveryError, match="could not be told"):
            await client.disconnect(3)
    assert waits.said == []
    server.__enter__()


async def test_a_token_goes_with_every_call() -> None:
    given: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        given.append(request.headers.get("Authorization", ""))
        return web.json_response({"batch_size": 8, "max_token_len": 9})

    app = web.Application()
    app.router.add_get("/info", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with TrajectoryApi(f"http://127.0.0.1:{runner.addresses[0][1]}", token="t0ken") as client:
            await client.trainer()
        assert "t0ken" not in repr(client)
    finally:
        await runner.cleanup()
    assert given == ["Bearer t0ken"]
