"""The application: the endpoints of the protocol, by the names, methods and answers that its clients know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.types import ASGIApp

from atlas.core.group_queue import Producer, Registration
from atlas.core.json import JsonObject, to_json
from atlas.errors import StorageError
from atlas.rollouts.api.access import Access
from atlas.rollouts.api.bodies import Bodies
from atlas.rollouts.api.config import ApiConfig
from atlas.rollouts.api.connections import Address, Connections
from atlas.rollouts.api.delivery import BatchResponse, json_response, packs
from atlas.rollouts.api.group import CheckedGroup, read_group, read_groups
from atlas.rollouts.api.queue import GroupQueue, logger
from atlas.rollouts.api.refusal import Refusal, busy

T = TypeVar("T")

KEY_HEADER, LONGEST_KEY = "Idempotency-Key", 200
# A batch larger than this cannot be meant, and packing it would take long.
MOST_SEQUENCES = 65_536
UNREGISTERED = {"status": "error", "message": "Trainer not registered. Call /register first.", "batch": []}
NO_EXAMPLE: JsonObject = {
    key: []
    for key in (
        *("tokens", "masks", "scores", "advantages", "ref_logprobs"),
        *("generation_params", "inference_logprobs", "messages", "images"),
    )
}


class TrainerRequest(BaseModel):
    """The body of POST /register."""

    wandb_group: str
    wandb_project: str
    batch_size: int = Field(ge=1, le=MOST_SEQUENCES)
    max_token_len: int
    checkpoint_dir: str
    save_checkpoint_interval: int
    starting_step: int
    num_steps: int


class ProducerRequest(BaseModel):
    """The body of POST /register-env."""

    max_token_length: int
    desired_name: str
    weight: float = Field(allow_inf_nan=False)
    group_size: int = Field(ge=1)
    min_batch_allocation: float | None = Field(None, ge=0, allow_inf_nan=False)


class ProducerNumber(BaseModel):
    """The body of POST /disconnect-env."""

    env_id: int


class _AskingProducer(msgspec.Struct):
    """The body of GET /status-env."""

    env_id: int


class TrajectoryApi:
    """The endpoints over one queue. `new_uuid` gives the numbers that trainers are told; they mean nothing."""

    def __init__(self, queue: GroupQueue, connections: Connections, new_uuid: Callable[[], int]) -> None:
        self._queue, self._connections, self._new_uuid = queue, connections, new_uuid
        self._refused = 0
        self._last_refusal: str | None = None

    def application(self, config: ApiConfig, token: str | None) -> ASGIApp:
        """The application, with its guards around it."""
        app = FastAPI(title="Atlas trajectory API")
        for method, path, endpoint in (
            ("GET", "/", self.root),
            ("POST", "/register", self.register),
            ("POST", "/register-env", self.register_env),
            ("POST", "/disconnect-env", self.disconnect_env),
            ("GET", "/wandb_info", self.wandb_info),
            ("GET", "/info", self.info),
            ("GET", "/status", self.status),
            ("GET", "/status-env", self.status_env),
            ("GET", "/batch", self.batch),
            ("GET", "/latest_example", self.latest_example),
            ("POST", "/scored_data", self.scored_data),
            ("POST", "/scored_data_list", self.scored_data_list),
            ("GET", "/reset_data", self.reset_data),
        ):
            app.add_api_route(path, endpoint, methods=[method], response_model=None)
        app.add_exception_handler(Refusal, self._refuse)
        app.add_exception_handler(RequestValidationError, self._malformed)
        app.add_exception_handler(StorageError, self._store_failed)
        return Access(Bodies(app, config), token)

    async def root(self) -> JsonObject:
        """Says that this is the server that is looked for."""
        return {"message": "AtroposLib API"}

    async def register(self, trainer: TrainerRequest) -> JsonObject:
        """A trainer; the first one decides how batches are made."""
        await self._queue.register(Registration(**trainer.model_dump()))
        return {"uuid": self._new_uuid()}

    async def register_env(self, wanted: ProducerRequest) -> JsonObject:
        """An environment; it is told to wait until a trainer has asked for its first batch."""
        producer = await self._queue.register_producer(Producer(env_id=-1, wandb_name="", **wanted.model_dump()))
        trainer = self._queue.registration
        if producer is None or trainer is None:
            return {"status": "wait for trainer to start"}
        return {
            "status": "success",
            "env_id": producer.env_id,
            "wandb_name": producer.wandb_name,
            "checkpoint_dir": trainer.checkpoint_dir,
            "starting_step": self._queue.step,
            "checkpoint_interval": trainer.save_checkpoint_interval,
            "num_steps": trainer.num_steps,
        }

    async def disconnect_env(self, number: ProducerNumber) -> JsonObject:
        """Leave an environment out of shares from now on."""
        if await self._queue.disconnect(number.env_id):
            return {"status": "success"}
        return {"status": "failure", "error": f"no environment {number.env_id} is registered"}

    async def wandb_info(self) -> JsonObject:
        """Where the trainer logs to."""
        trainer = self._queue.registration
        return {
            "group": trainer.wandb_group if trainer else None,
            "project": trainer.wandb_project if trainer else None,
        }

    async def info(self) -> JsonObject:
        """What the trainer asked for; -1 before there is one."""
        trainer = self._queue.registration
        return {
            "batch_size": trainer.batch_size if trainer else -1,
            "max_token_len": trainer.max_token_len if trainer else -1,
        }

    async def status(self) -> JsonObject:
        """The step and the queue, and beyond the protocol what keeps groups from leaving."""
        return {
            "current_step": self._queue.step,
            "queue_size": self._queue.queue_size,
            "buffered_groups": self._queue.buffered_groups,
            "batches_under_way": self._queue.batches_under_way,
            "batches_to_repeat": self._queue.batches_to_repeat,
            "problems": self._queue.problems,
            "refused_groups": self._refused,
            "last_refusal": self._last_refusal,
        }

    async def status_env(self, request: Request) -> JsonObject:
        """What one environment paces itself by. Its number comes in a JSON body, or in the query."""
        env_id = _env_id(await request.body() or request.query_params.get("env_id", ""))
        producer = self._queue.producer(env_id)
        if producer is None:
            raise Refusal(404, f"no environment {env_id} is registered; POST /register-env first")
        status: JsonObject = to_json(self._queue.status_of(producer))
        return status

    async def batch(self, request: Request) -> Response:
        """The next batch, or null."""
        if self._queue.registration is None:
            return JSONResponse(UNREGISTERED)
        found = await self._queue.next_batch()
        if found is None:
            return Response(b'{"batch":null}', media_type="application/json")
        packed = packs(request.headers.get("accept-encoding", ""))
        return BatchResponse(self._queue, found, self._connections.at(_address(request)), packed=packed)

    async def latest_example(self, request: Request) -> Response:
        """The group that was queued last."""
        example = await self._queue.latest() or orjson.dumps(NO_EXAMPLE)
        return json_response(example, request.headers.get("accept-encoding", ""))

    async def scored_data(self, request: Request) -> Response:
        """A group."""
        buffered, done = await self._add(request, [self._read(read_group, await request.body())])
        if buffered:
            return JSONResponse({"status": "buffered", "buffer_size": buffered[-1]}, background=done)
        return JSONResponse({"status": "received"}, background=done)

    async def scored_data_list(self, request: Request) -> Response:
        """Several groups, all of them or none."""
        groups = self._read(read_groups, await request.body())
        buffered, done = await self._add(request, groups)
        answer: JsonObject = {"status": "received", "groups_processed": len(groups)}
        if buffered:
            answer |= {"buffered": len(buffered), "last_buffer_size": buffered[-1]}
        return JSONResponse(answer, background=done)

    async def reset_data(self) -> Response:
        """Drop everything."""
        await self._queue.reset()
        return PlainTextResponse("Reset successful")

    async def _add(self, request: Request, groups: Sequence[CheckedGroup]) -> tuple[Sequence[int], BackgroundTask]:
        """Store groups: the buffers' sizes, and what is to be done when the answer has been sent."""
        connection = self._connections.at(_address(request))
        receipt = await self._queue.add(groups, _key(request))
        connection.cork()

        async def answered() -> None:
            arrived = await connection.drained() and not connection.lost
            self._queue.answered(receipt, arrived=arrived)
            connection.uncork()

        return receipt.buffered, BackgroundTask(answered)

    def _read(self, read: Callable[[bytes], T], body: bytes) -> T:
        try:
            return read(body)
        except Refusal as refusal:
            self._refused += 1
            self._last_refusal = f"{'.'.join(map(str, refusal.place))}: {refusal.reason}".removeprefix(": ")
            logger.warning("a group was refused: %s", self._last_refusal)
            raise

    async def _refuse(self, _: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, Refusal), "registered for this class"
        return refusal.response()

    async def _malformed(self, _: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError), "registered for this class"
        # Without what was given: it may be a NaN, which has no form in JSON.
        faults = [{key: fault[key] for key in ("type", "loc", "msg")} for fault in error.errors()]
        return JSONResponse({"detail": faults}, 422)

    async def _store_failed(self, _: Request, error: Exception) -> Response:
        logger.error("%s", error)
        return busy(str(error)).response()


def _env_id(given: bytes | str) -> int:
    try:
        if isinstance(given, str):
            return int(given)
        return msgspec.json.decode(given, type=_AskingProducer, strict=False).env_id
    except (ValueError, RecursionError) as error:
        raise Refusal(422, 'env_id is needed: a JSON body {"env_id": 0}, or ?env_id=0', place=["env_id"]) from error


def _key(request: Request) -> str | None:
    """The name that the sender gave this request, so that it can send it again. The protocol does not have it."""
    key = request.headers.get(KEY_HEADER)
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise Refusal(422, f"{KEY_HEADER} has 1 to {LONGEST_KEY} characters")
    return key


def _address(request: Request) -> Address:
    assert request.client is not None, "a connection over TCP has an address"
    return request.client.host, request.client.port
