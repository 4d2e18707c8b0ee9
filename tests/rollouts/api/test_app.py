"""The protocol, endpoint by endpoint, and what breaks the server that it comes from."""

from __future__ import annotations

import asyncio
import gzip
import json
import math
import zlib
from typing import Any

import pytest

from atlas.errors import StorageError
from atlas.rollouts.api.app import NO_EXAMPLE
from atlas.rollouts.api.group import KEYS
from tests.rollouts.api.conftest import ENVIRONMENT, TRAINER, Api, NewApi, group, marks

STATUS_ENV_KEYS = {
    *("current_step", "queue_size", "unallocated_fraction"),
    *("self_queue_size", "max_group_size", "env_weight"),
}


async def test_a_server_that_nobody_has_registered_at(api: Api) -> None:
    assert await api.get("/") == {"message": "AtroposLib API"}
    assert await api.get("/info") == {"batch_size": -1, "max_token_len": -1}
    assert await api.get("/wandb_info") == {"group": None, "project": None}
    status = await api.get("/status")
    assert (status["current_step"], status["queue_size"]) == (0, 0)
    assert await api.get("/batch") == {
        "status": "error",
        "message": "Trainer not registered. Call /register first.",
        "batch": [],
    }
    assert await api.get("/latest_example") == NO_EXAMPLE
    assert await api.post("/register-env", ENVIRONMENT) == {"status": "wait for trainer to start"}


async def test_the_order_of_registration(api: Api) -> None:
    assert await api.post("/register", TRAINER) == {"uuid": 2**127}
    assert await api.get("/info") == {"batch_size": 8, "max_token_len": 2048}
    assert await api.get("/wandb_info") == {"group": "group", "project": "project"}
    assert await api.post("/register-env", ENVIRONMENT) == {"status": "wait for trainer to start"}
    assert await api.get("/batch") == {"batch": None}
    first = await api.post("/register-env", ENVIRONMENT)
    assert first == {
        "status": "success",
        "env_id": 0,
        "wandb_name": "maths_0",
        "checkpoint_dir": "checkpoints",
        "starting_step": 5,
        "checkpoint_interval": 10,
        "num_steps": 1000,
    }
    second = await api.post("/register-env", ENVIRONMENT | {"min_batch_allocation": None})
    assert (second["env_id"], second["wandb_name"]) == (1, "maths_1")
    other = await api.post("/register-env", ENVIRONMENT | {"desired_name": "code"})
    assert (other["env_id"], other["wandb_name"]) == (2, "code_0")


async def test_a_batch_has_whole_groups_with_every_key(api: Api) -> None:
    await api.train()
    env_id = await api.environment()
    assert await api.post("/scored_data", group(1, env_id=env_id)) == {"status": "received"}
    assert await api.get("/batch") == {"batch": None}
    listed = [group(2, env_id=env_id), group(3, env_id=env_id), group(4, env_id=env_id, overrides=[{}] * 4)]
    assert await api.post("/scored_data_list", listed) == {"status": "received", "groups_processed": 3}
    assert (await api.get("/latest_example"))["tokens"] == [[4, 2, 3]] * 4
    first, second = await api.get("/batch"), await api.get("/batch")
    assert (marks(first["batch"]), marks(second["batch"])) == ([1, 2], [3, 4])
    assert all(list(each) == list(KEYS) for each in (*first["batch"], *second["batch"]))
    assert second["batch"][1] == dict.fromkeys(KEYS) | listed[2]
    assert await api.get("/batch") == {"batch": None}
    assert (await api.get("/status"))["current_step"] == 7


async def test_the_status_of_an_environment_in_a_body_and_in_the_query(api: Api) -> None:
    await api.train()
    env_id, other = await api.environment(), await api.environment(weight=3.0)
    for mark in range(3):
        await api.post("/scored_data", group(mark, env_id=env_id))
    await api.post("/scored_data", group(9, env_id=other))
    answer = await api.get("/status-env", {"env_id": env_id})
    assert answer.keys() == STATUS_ENV_KEYS
    assert answer == {
        "current_step": 5,
        "queue_size": 4,
        "unallocated_fraction": 1.0,
        "self_queue_size": 3,
        "max_group_size": 4,
        "env_weight": 0.25,
    }
    assert await api.get(f"/status-env?env_id={env_id}") == answer
    for path, value in (("/status-env", None), ("/status-env", {}), ("/status-env?env_id=x", None)):
        status, refusal = await api.ask("GET", path, value)
        assert status == 422
        assert refusal["detail"][0]["loc"] == ["body", "env_id"]


async def test_status_env_of_whom_nobody_knows_and_of_those_that_left(api: Api) -> None:
    for env_id in (0, -1):
        status, answer = await api.ask("GET", "/status-env", {"env_id": env_id})
        assert (status, "POST /register-env first" in answer["detail"]) == (404, True)
    await api.train()
    env_id = await api.environment(weight=-1.0)
    assert (await api.get("/status-env", {"env_id": env_id}))["env_weight"] == 0.01
    assert await api.post("/disconnect-env", {"env_id": env_id}) == {"status": "success"}
    assert math.isfinite((await api.get("/status-env", {"env_id": env_id}))["env_weight"])
    gone = await api.post("/disconnect-env", {"env_id": -1})
    assert (gone["status"], "no environment -1" in gone["error"]) == ("failure", True)


async def test_polling_changes_nothing(api: Api) -> None:
    await api.train()
    env_id = await api.environment(group_size=2)
    await api.post("/scored_data_list", [group(1, 4, None)])
    assert (await api.get("/status-env", {"env_id": env_id}))["max_group_size"] == 4
    assert await api.post("/scored_data", group(2, 2, env_id)) == {"status": "received"}


async def test_a_group_that_comes_before_the_trainer_waits(api: Api) -> None:
    assert await api.post("/scored_data", group(1, env_id=0)) == {"status": "received"}
    assert (await api.get("/status"))["problems"] == ["groups wait for a trainer to register"]
    await api.train()
    assert await api.get("/info") == {"batch_size": 8, "max_token_len": 2048}
    await api.post("/scored_data", group(2, env_id=await api.environment()))
    assert marks((await api.get("/batch"))["batch"]) == [1, 2]


async def test_reset_then_a_straggler_then_a_new_trainer(api: Api) -> None:
    await api.train(batch_size=4)
    await api.environment()
    await api.post("/scored_data", group(1))
    async with api.session.get("/reset_data") as response:
        assert (response.status, await response.text()) == (200, "Reset successful")
    assert (await api.get("/batch"))["status"] == "error"
    await api.post("/scored_data", group(2, env_id=0))
    await api.train(batch_size=8)
    assert await api.get("/info") == {"batch_size": 8, "max_token_len": 2048}
    await api.post("/scored_data", group(3))
    assert marks((await api.get("/batch"))["batch"]) == [2, 3]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", '"nan"', "1e999"])
async def test_no_batch_is_lost_to_a_number_that_is_none(api: Api, value: str) -> None:
    await api.train(batch_size=1)
    body = f'{{"tokens":[[1]],"masks":[[1]],"scores":[{value}]}}'.encode()
    status, answer = await api.ask("POST", "/scored_data", data=body)
    assert (status, answer["detail"][0]["loc"]) == (422, ["body", "scores", 0])
    assert await api.get("/batch") == {"batch": None}
    said = await api.get("/status")
    assert (said["refused_groups"], said["last_refusal"].partition(":")[0]) == (1, "scores.0")


async def test_a_list_is_taken_whole_or_not(api: Api) -> None:
    await api.train()
    status, answer = await api.ask("POST", "/scored_data_list", [group(1), group(2, masks=[])])
    assert (status, answer["detail"][0]["loc"]) == (422, ["body", 1, "masks"])
    assert (await api.get("/status"))["queue_size"] == 0


async def test_sizes_that_never_make_a_batch_are_named(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    await api.train(batch_size=12)
    for mark in range(6):
        await api.post("/scored_data", group(mark, 8))
    assert await api.get("/batch") == {"batch": None}
    (problem,) = (await api.get("/status"))["problems"]
    assert problem.startswith("groups of 8 sequences can never be part of a batch of 12")
    assert problem in caplog.text
    await api.post("/scored_data", group(9, 4))
    assert (await api.get("/status"))["problems"] == []
    assert marks((await api.get("/batch"))["batch"]) == [0, 9]


async def test_odd_sizes_are_buffered_and_poison_nothing(api: Api) -> None:
    await api.train(batch_size=8)
    env_id = await api.environment()
    await api.post("/scored_data", group(1, 4, env_id))
    assert await api.post("/scored_data", group(2, 3, env_id)) == {"status": "buffered", "buffer_size": 3}
    assert await api.post("/scored_data", group(3, 6, env_id)) == {"status": "buffered", "buffer_size": 9}
    assert (await api.get("/status"))["buffered_groups"] == 2
    assert await api.post("/scored_data", group(4, 1, env_id)) == {"status": "buffered", "buffer_size": 6}
    assert marks((await api.get("/batch"))["batch"]) == [1, 2, 4]
    listed = [group(5, 2, env_id), group(6, 4, env_id), group(7, 3, env_id)]
    answer = await api.post("/scored_data_list", listed)
    assert answer == {"status": "received", "groups_processed": 3, "buffered": 2, "last_buffer_size": 3}
    assert marks((await api.get("/batch"))["batch"]) == [3, 5]


async def test_an_environment_with_a_minimum_that_sends_nothing_is_named(api: Api) -> None:
    await api.train(batch_size=8)
    silent = await api.environment(min_batch_allocation=0.5)
    await api.post("/scored_data_list", [group(1), group(2)])
    assert await api.get("/batch") == {"batch": None}
    assert f"needs 4 sequences of environment {silent} (maths_0)" in (await api.get("/status"))["problems"][0]
    await api.post("/disconnect-env", {"env_id": silent})
    assert marks((await api.get("/batch"))["batch"]) == [1, 2]


async def test_a_trainer_that_registers_again(api: Api) -> None:
    await api.train(batch_size=8)
    assert "uuid" in await api.post("/register", TRAINER)
    assert (await api.get("/status"))["problems"] == []
    await api.post("/register", TRAINER | {"batch_size": 999})
    assert await api.get("/info") == {"batch_size": 8, "max_token_len": 2048}
    (problem,) = (await api.get("/status"))["problems"]
    assert "batch_size 999" in problem


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/register", {key: value for key, value in TRAINER.items() if key != "num_steps"}),
        ("/register", TRAINER | {"batch_size": 0}),
        ("/register", TRAINER | {"batch_size": 10**9}),
        ("/register-env", ENVIRONMENT | {"desired_name": None}),
        ("/register-env", ENVIRONMENT | {"weight": None}),
        ("/register-env", ENVIRONMENT | {"weight": float("nan")}),
        ("/register-env", ENVIRONMENT | {"group_size": 0}),
        ("/disconnect-env", {}),
        ("/scored_data", []),
        ("/scored_data_list", {}),
    ],
)
async def test_malformed_requests_get_422(api: Api, path: str, body: Any) -> None:
    status, answer = await api.ask("POST", path, body)
    assert (status, answer["detail"][0]["loc"][0]) == (422, "body")


async def test_gzip_both_ways(api: Api) -> None:
    await api.train(batch_size=400)
    body = json.dumps(group(1, 400)).encode()
    for packed in (gzip.compress(body[:500]) + gzip.compress(body[500:]), zlib.compress(body)):
        encoding = "gzip" if packed[:2] == b"\x1f\x8b" else "deflate"
        async with api.session.post(
            "/scored_data", data=packed, headers={"Content-Encoding": encoding}
        ) as response:
            assert await response.json() == {"status": "received"}
    for accepted, expected in (("gzip, deflate", "gzip"), ("gzip;q=0, br", None)):
        headers = {"Accept-Encoding": accepted}
        async with api.session.get("/batch", headers=headers) as response:
            assert response.headers.get("Content-Encoding") == expected
            assert marks((await response.json())["batch"]) == [1]
        async with api.session.get("/latest_example", headers=headers) as response:
            assert response.headers.get("Content-Encoding") == expected
            assert (await response.json())["tokens"] == group(1, 400)["tokens"]


async def test_bodies_that_cannot_be_unpacked(api: Api) -> None:
    packed = gzip.compress(json.dumps(group(1, 50)).encode())
    bodies = {"magic": b"no gzip", "truncated": packed[:-20], "corrupt": packed[:30] + b"\0" * 30 + packed[60:]}
    for body in bodies.values():
        headers = {"Content-Encoding": "gzip"}
        status, answer = await api.ask("POST", "/scored_data", data=body, headers=headers)
        assert (status, "cannot be unpacked" in answer["detail"]) == (400, True)
    status, _ = await api.ask("POST", "/scored_data", data=packed, headers={"Content-Encoding": "br"})
    assert status == 415


async def test_too_much_is_refused_and_busy_is_said(new_api: NewApi) -> None:
    api = await new_api(max_body_mb=0.01, max_waiting_groups=2)
    for body in (b" " * 20_000, gzip.compress(b" " * 20_000)):
        headers = {"Content-Encoding": "gzip"} if body[:1] == b"\x1f" else {}
        status, answer = await api.ask("POST", "/scored_data", data=body, headers=headers)
        assert (status, answer["detail"]) == (413, "the body is larger than 0.01 MB")
    await api.post("/scored_data_list", [group(1), group(2)])
    async with api.session.post("/scored_data", json=group(3)) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
    await api.train(batch_size=4)
    await api.get("/batch")
    assert await api.post("/scored_data", group(3)) == {"status": "received"}
    full = await new_api(max_waiting_mb=0.0005)
    await full.post("/scored_data", group(1))
    assert (await full.ask("POST", "/scored_data", group(2)))[0] == 503


async def test_a_store_that_fails_is_said_to_be_busy_and_nothing_is_stored_twice(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.train()
    really = api.store.add

    async def stores_and_fails(*arguments: Any) -> None:
        await really(*arguments)
        raise StorageError("the connection was lost")

    with monkeypatch.context() as patch:
        patch.setattr(api.store, "add", stores_and_fails)
        async with api.session.post("/scored_data", json=group(1)) as response:
            assert (response.status, response.headers["Retry-After"]) == (503, "5")
    # The same group again was stored already; the same group after an answer is another one.
    assert await api.post("/scored_data", group(1)) == {"status": "received"}
    assert (await api.get("/status"))["queue_size"] == 1
    assert await api.post("/scored_data", group(1)) == {"status": "received"}
    assert marks((await api.get("/batch"))["batch"]) == [1, 1]


async def test_a_batch_that_cannot_be_stored_is_not_handed_out(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await api.train(batch_size=4)
    await api.post("/scored_data", group(1))

    async def fails(*_: Any) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(api.store, "form", fails)
        status, answer = await api.ask("GET", "/batch")
        assert (status, answer["detail"]) == (503, "the disk is full")
    assert marks((await api.get("/batch"))["batch"]) == [1]


async def test_many_at_once_each_stored_once_and_in_whole_batches(api: Api) -> None:
    await api.train()
    await asyncio.gather(*(api.post("/scored_data", group(mark)) for mark in range(40)))
    batches = await asyncio.gather(*(api.get("/batch") for _ in range(25)))
    received = [marks(answer["batch"]) for answer in batches if answer["batch"]]
    assert sorted(mark for batch in received for mark in batch) == list(range(40))
    assert {len(batch) for batch in received} == {2}


async def test_no_other_site_and_no_credentialed_cors(api: Api) -> None:
    await api.train()
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    status, answer = await api.ask("GET", "/reset_data", headers=headers)
    assert (status, answer["detail"]) == (403, "requests on behalf of another site are refused")
    assert (await api.get("/info"))["batch_size"] == 8
    async with api.session.get("/info", headers={"Origin": "https://elsewhere.example"}) as response:
        assert not [name for name in response.headers if name.lower().startswith("access-control")]


async def test_a_request_with_a_key_is_carried_out_once(api: Api) -> None:
    for path, value in (("/scored_data", group(1)), ("/scored_data_list", [group(2), group(3)])):
        for _ in range(3):
            status, answer = await api.ask("POST", path, value, headers={"Idempotency-Key": f"run{path}"})
            assert (status, answer["status"]) == (200, "received")
    assert (await api.get("/status"))["queue_size"] == 3
    for key in ("", "x" * 201):
        status, answer = await api.ask("POST", "/scored_data", group(4), headers={"Idempotency-Key": key})
        assert (status, answer["detail"][0]["msg"]) == (422, "Idempotency-Key has 1 to 200 characters")
    assert (await api.get("/status"))["queue_size"] == 3
