"""A reader of a trajectory API: registers as a trainer and takes the batches that are ready."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias

import aiohttp
import msgspec

from atlas.core.json import JsonObject, dumps
from atlas.core.trainer_group import TrainerGroup, check_trainer_group
from atlas.errors import DeliveryError

Sleep: TypeAlias = Callable[[float], Awaitable[None]]
POLL_S = 1.0
CALL_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Registration:
    """What a trainer says of itself: sequences of a batch, tokens of a sequence, and how many steps it wants."""

    project: str
    batch_size: int
    max_token_len: int
    num_steps: int


class Batch(msgspec.Struct):
    """A reply to GET /batch: null while no batch is ready."""

    batch: list[JsonObject] | None = None
    status: str = ""
    message: str = ""


class BatchReader:
    """Batches of one trajectory API. `api_key` is sent as a bearer token where there is one.

    Raises `DeliveryError` when the API cannot be reached or does not do what the protocol says.
    """

    def __init__(self, url: str, api_key: str | None, sleep: Sleep) -> None:
        self._url, self._sleep = url.rstrip("/"), sleep
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._headers = {**headers, "Accept-Encoding": "gzip"}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_S)
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def register(self, registration: Registration) -> None:
        """Register as a trainer, so that environments begin. What the server holds is kept, not reset."""
        await self._call("POST", "/register", {
            "wandb_group": "atlas", "wandb_project": registration.project, "batch_size": registration.batch_size,
            "max_token_len": registration.max_token_len, "checkpoint_dir": "", "save_checkpoint_interval": 0,
            "starting_step": 0, "num_steps": registration.num_steps,
        })  # fmt: skip

    async def batches(self, wait_s: float) -> AsyncGenerator[list[TrainerGroup], None]:
        """Batches as they become ready, until none has for `wait_s` seconds."""
        waited = 0.0
        while waited < wait_s:
            reply = await self._batch()
            if reply:
                waited = 0.0
                yield reply
            else:
                await self._sleep(POLL_S)
                waited += POLL_S

    async def _batch(self) -> list[TrainerGroup]:
        body = await self._call("GET", "/batch")
        try:
            reply = msgspec.json.decode(body, type=Batch)
            if reply.status == "error":
                raise DeliveryError(f"{self._url} gave no batch: {reply.message}")
            groups = [msgspec.convert(each, TrainerGroup, strict=False) for each in reply.batch or ()]
            for group in groups:
                check_trainer_group(group)
        except (msgspec.DecodeError, ValueError) as error:
            raise DeliveryError(f"{self._url} sent a batch that cannot be read ({error})") from error
        return groups

    async def _call(self, method: str, path: str, body: JsonObject | None = None) -> bytes:
        assert self._session is not None, "calls are made inside the block"
        data = dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"} if data else {}
        try:
            async with self._session.request(method, self._url + path, data=data, headers=headers) as reply:
                text = await reply.read()
                if reply.status != 200:
                    raise DeliveryError(
                        f"{self._url}{path} answered {reply.status}: {text[:200].decode(errors='replace')}"
                    )
                return text
        except (aiohttp.ClientError, TimeoutError) as error:
            reason = str(error) or type(error).__name__
            raise DeliveryError(
                f"no trajectory API can be reached at {self._url} ({reason}); start one with `atlas rollout api`, "
                "or read a file with --groups"
            ) from error
