"""An HTTP model: one endpoint of an OpenAI-compatible server, over one lean client, every failure typed."""

from __future__ import annotations

import asyncio
import io
import random
import time
from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

import aiohttp
import msgspec
import orjson
from multidict import CIMultiDict
from yarl import URL

from atlas.core.json import JsonObject
from atlas.core.messages import Completion
from atlas.errors import ModelDenied, ModelRateLimited, ModelReplyError, ModelTimeout, ModelUnavailable
from atlas.models import wire
from atlas.models.config import LLMConfig
from atlas.models.excerpt import excerpt, secrets_of
from atlas.models.retry import Sleep, TryAgain, retry_after_s, retry_policy

OPENAI_URL = "https://api.openai.com/v1"
LARGEST_REPLY_BYTES = 20_000_000
MOST_CONNECTIONS = 1024

R = TypeVar("R", bound=wire.WireAnswer)


class HttpModel:
    """The base of models over HTTP. Connections are opened on the first call, kept alive and shared by all."""

    simulated = False
    path: ClassVar[str]
    """The endpoint under the base URL."""
    answers: ClassVar[str]
    """What the endpoint answers with, for the sentence about a reply that is something else."""

    def __init__(
        self,
        config: LLMConfig,
        api_key: str | None,
        *,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Sleep | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """`clock` gives seconds for durations, `sleep` and `rng` serve the waits between tries."""
        self._config = config
        self._model = config.model if config.api_base else config.model.removeprefix("openai/")
        self._url = _endpoint(config.api_base or OPENAI_URL, self.path)
        self._shown = self._url.with_query(None)
        self._headers = _headers(config, api_key)
        self._secrets = secrets_of(config, api_key)
        self._clock = clock
        self._retry = retry_policy(config.retry, sleep, rng)
        self._session: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        return self._config.model

    async def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _answer(self, asked: JsonObject, kind: type[R], read: Callable[[R, float], Completion]) -> Completion:
        """What `read` makes of the reply to `asked` and the seconds it took; it raises `ValueError` for no answer.

        Raises a `ModelError` that says what failed and after how many tries.
        """
        started = self._clock()
        body = orjson.dumps(asked)

        async def attempt() -> Completion:
            reply = self._parsed(await self._post(body), kind)
            try:
                return read(reply, self._clock() - started)
            except ValueError as error:
                raise ModelReplyError(self._excerpt(str(error)), model=self.name) from error

        return await self._retry.run(attempt)

    def _http(self) -> aiohttp.ClientSession:
        """The session, made inside the running loop that it belongs to."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                headers=self._headers,
            )
        return self._session

    async def _post(self, body: bytes) -> bytes:
        """The reply's body of one try that was answered with 200."""
        limit_s = self._config.timeout_seconds
        try:
            async with asyncio.timeout(limit_s):
                # A stream, so that a very long conversation does not hold up the other sessions.
                sent = io.BytesIO(body)
                # A redirect would carry the key and the conversation to a host that nobody configured.
                async with self._http().post(self._url, data=sent, allow_redirects=False) as response:
                    content = await self._read(response.content)
        except TimeoutError as error:
            raise TryAgain(ModelTimeout(f"no complete reply within {limit_s:g} s", model=self.name)) from error
        except aiohttp.ClientError as error:
            cause = f"the call to {self._shown} broke: {self._excerpt(str(error) or type(error).__name__)}"
            raise TryAgain(ModelUnavailable(cause, model=self.name)) from error
        if not 200 <= response.status < 300:
            raise self._refusal(response.status, response.headers, content)
        return content

    async def _read(self, content: aiohttp.StreamReader) -> bytes:
        """The whole body, counted after decompression, so that no server can fill the memory."""
        chunks, size = [], 0
        async for chunk in content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_REPLY_BYTES:
                raise ModelReplyError(f"the reply is larger than {LARGEST_REPLY_BYTES} bytes", model=self.name)
        return b"".join(chunks)

    def _refusal(self, status: int, headers: Mapping[str, str], body: bytes) -> TryAgain | ModelDenied:
        """The error that a status other than 2xx stands for."""
        said = self._excerpt(wire.problem(body))
        cause = f"HTTP {status}: {said}" if said else f"HTTP {status} without a message"
        if status == 429:
            return TryAgain(ModelRateLimited(cause, model=self.name), retry_after_s(headers))
        if status >= 500 or status == 408:
            return TryAgain(ModelUnavailable(cause, model=self.name), retry_after_s(headers))
        advice = self._advice(status)
        return ModelDenied(f"{cause} ({advice})" if advice else cause, model=self.name)

    def _advice(self, status: int) -> str:
        if status in (401, 403):
            return f"check the key in {self._config.api_key_env}" if self._config.api_key_env else "set api_key_env"
        if status == 404 or 300 <= status < 400:
            return f"check model and api_base; called was {self._shown}"
        return ""

    def _parsed(self, body: bytes, kind: type[R]) -> R:
        try:
            return msgspec.json.decode(body, type=kind)
        except wire.UNREADABLE as error:
            begins = self._excerpt(body[:200].decode("utf-8", "replace"))
            cause = f"the reply is not a {self.answers} ({error}); it begins: {begins or 'nothing'}"
            raise ModelReplyError(cause, model=self.name) from error

    def _excerpt(self, text: str) -> str:
        return excerpt(text, self._secrets)


def _endpoint(base: str, path: str) -> URL:
    """The URL of an endpoint under a base, trailing slashes dropped and a query kept."""
    url = URL(base)
    return url.with_path(url.path.rstrip("/") + path).with_query(url.query)


def _headers(config: LLMConfig, api_key: str | None) -> CIMultiDict[str]:
    headers = CIMultiDict({"Content-Type": "application/json", "Accept": "application/json"})
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    if config.organization:
        headers["OpenAI-Organization"] = config.organization
    headers.update(config.additional_headers)
    return headers
