"""A client of a trajectory API: registers an environment with a trainer, and hands it groups."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import aiohttp
import msgspec

from atlas.core.json import JsonObject, dumps
from atlas.errors import DeliveryError

T = TypeVar("T")
Sleep: TypeAlias = Callable[[float], Awaitable[None]]

PATIENCE_S = 600.0
"""How long a server that does not answer is waited for: longer than a restart, shorter than a night."""
CALL_TIMEOUT_S = 120.0
LONGEST_WAIT_S = 10.0
COMPRESSED_FROM_BYTES = 64_000
LONGEST_REPLY_BYTES = 1_000_000


class Registered(msgspec.Struct, frozen=True):
    """What a trainer said when this environment was registered. `num_steps` may be 0: it set no last step."""

    env_id: int
    wandb_name: str
    starting_step: int = 0
    num_steps: int = 0


class Trainer(msgspec.Struct, frozen=True):
    """Sequences of one batch, and tokens of a sequence at most; -1 where no trainer has registered."""

    batch_size: int = -1
    max_token_len: int = -1


class Queue(msgspec.Struct, frozen=True):
    """How full the server is. `queue_size` counts groups of this environment's size."""

    current_step: int
    queue_size: int
    unallocated_fraction: float = 1.0
    self_queue_size: int = 0
    max_group_size: int = 1
    env_weight: float = 1.0


class _Registration(msgspec.Struct):
    status: str
    env_id: int | None = None
    wandb_name: str = ""
    starting_step: int = 0
    num_steps: int = 0


@dataclass(frozen=True, slots=True)
class Introduction:
    """How an environment registers itself."""

    desired_name: str
    max_token_length: int
    weight: float
    group_size: int
    min_batch_allocation: float | None = None


class Refused(Exception):
    """The server answered a call with a status that trying again does not change."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"HTTP {status}: {said}")
        self.status = status


@dataclass(slots=True)
class TrajectoryApi:
    """The API at `url`, as an async context. A server that is down, restarts or says 503 is waited for.

    Raises `DeliveryError` when it stays away for `patience_s` seconds. `on_wait` is told why and how long, once a
    try; `sleep` is for tests.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    patience_s: float = PATIENCE_S
    on_wait: Callable[[str, float], None] = lambda reason, seconds: None
    sleep: Sleep = asyncio.sleep
    _session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> TrajectoryApi:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self._session = aiohttp.ClientSession(
            headers=headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=CALL_TIMEOUT_S),
        )
        return self

    async def __aexit__(self, *raised: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def register(self, introduction: Introduction) -> Registered:
        """Register, as soon as a trainer has started; that may take any time. Raises `DeliveryError`."""
        waited_s = 0.0
        while True:
            said = await self._call("POST", "/register-env", _Registration, dumps(introduction).encode())
            if said.env_id is not None:
                return Registered(said.env_id, said.wandb_name, said.starting_step, said.num_steps)
            if said.status != "wait for trainer to start":
                raise DeliveryError(f"{self.url} does not register this environment: {said.status}")
            waited_s += await self._wait("no trainer has started yet", 1.0)

    async def trainer(self) -> Trainer:
        """What the trainer takes."""
        return await self._call("GET", "/info", Trainer)

    async def queue(self, env_id: int) -> Queue:
        """How full the server is. Raises `Refused` when it does not know the environment (any more)."""
        return await self._call("GET", "/status-env", Queue, dumps({"env_id": env_id}).encode(), refusable=True)

    async def deliver(self, group: bytes, key: str) -> None:
        """Hand over one group, the JSON of an object. Raises `Refused` when it does not take it.

        A server of ours takes what comes under one `key` once, however often it is sent; others do not look at it.
        """
        await self._call("POST", "/scored_data", JsonObject, group, key=key, refusable=True)

    async def disconnect(self, env_id: int) -> None:
        """Say that this environment will send no more. Tried once: a server that is gone needs not be told."""
        session = self._opened()
        body = dumps({"env_id": env_id}).encode()
        try:
            headers = {"Content-Type": "application/json"}
            async with session.post(f"{self.url}/disconnect-env", data=body, headers=headers) as response:
                await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryError(f"{self.url} could not be told that this environment leaves: {error}") from error

    async def _call(
        self,
        method: str,
        path: str,
        kind: type[T],
        body: bytes | None = None,
        *,
        key: str | None = None,
        refusable: bool = False,
    ) -> T:
        """One call, tried until it is answered: a body on a GET is what this protocol asks for."""
        waited_s, pause_s = 0.0, 0.25
        data, headers = await asyncio.to_thread(_packed, body) if body else (None, {})
        if key is not None:
            headers["Idempotency-Key"] = key
        while True:
            reason, after_s = "", None
            try:
                async with self._opened().request(
                    method, f"{self.url}{path}", data=data, headers=headers
                ) as response:
                    content = await response.content.read(LONGEST_REPLY_BYTES)
                    if response.status == 200:
                        return _decoded(content, kind, f"{self.url}{path}")
                    reason = f"{self.url}{path} answers HTTP {response.status}"
                    said = content[:300].decode(errors="replace").strip()
                    after_s = response.headers.get("Retry-After")
                    if response.status not in (408, 429, 502, 503, 504):
                        if refusable:
                            raise Refused(response.status, said)
                        raise DeliveryError(f"{reason}: {said or 'no reason'}")
            except (aiohttp.ClientError, TimeoutError) as error:
                reason = f"{self.url} cannot be reached ({error or type(error).__name__})"
            if waited_s >= self.patience_s:
                raise DeliveryError(f"{reason}, for {waited_s:.0f} s by now; what is finished is kept")
            waited_s += await self._wait(reason, _seconds(after_s) or pause_s)
            pause_s = min(LONGEST_WAIT_S, pause_s * 2)

    async def _wait(self, reason: str, seconds: float) -> float:
        self.on_wait(reason, seconds)
        await self.sleep(seconds)
        return seconds

    def _opened(self) -> aiohttp.ClientSession:
        assert self._session is not None, "the API is used inside its block"
        return self._session


def _packed(body: bytes) -> tuple[bytes, dict[str, str]]:
    """The body as it is sent: large ones compressed, fast rather than small."""
    headers = {"Content-Type": "application/json"}
    if len(body) < COMPRESSED_FROM_BYTES:
        return body, headers
    packer = zlib.compressobj(level=1, wbits=31)
    return packer.compress(body) + packer.flush(), {**headers, "Content-Encoding": "gzip"}


def _decoded(content: bytes, kind: type[T], where: str) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise DeliveryError(f"{where} does not answer like a trajectory API ({error})") from error


def _seconds(header: str | None) -> float | None:
    return min(60.0, float(header)) if header and header.isdecimal() and int(header) > 0 else None
