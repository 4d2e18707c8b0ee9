"""An HTTP agent: one's own agent behind a POST."""

from __future__ import annotations

import asyncio

import aiohttp

from atlas.agents.config import AgentConfig, TransportConfig
from atlas.core.json import JsonObject, JsonValue
from atlas.errors import AgentError


class HttpAsk:
    """POSTs `{**template, prompt, metadata}` and takes the value at `result_path` out of the JSON that comes back.

    Tried again after a connection error, a time-out, a 429, a 5xx or what is no JSON; one connection pool for all.
    """

    def __init__(self, config: AgentConfig, transport: TransportConfig) -> None:
        self._name, self._template, self._path = config.name, config.payload_template, config.result_path
        self._transport = transport
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, prompt: str, metadata: JsonObject) -> JsonValue:
        """The agent's answer. Raises `AgentError` after the last try, or at once for another 4xx."""
        payload = {**self._template, "prompt": prompt, "metadata": metadata}
        retry = self._transport.retry
        for attempt in range(1, retry.attempts + 1):
            try:
                return self._result(await self._post(payload))
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                if _is_final(error) or attempt == retry.attempts:
                    tries = f" after {attempt} attempts" if attempt > 1 else ""
                    reason = str(error) or type(error).__name__
                    raise AgentError(f"agent {self._name} failed{tries}: {reason}") from error
                await asyncio.sleep(retry.backoff_seconds * 2 ** (attempt - 1))
        raise AssertionError("there is at least one try")

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, payload: JsonObject) -> JsonValue:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._transport.headers,
                timeout=aiohttp.ClientTimeout(total=self._transport.timeout_seconds),
            )
        async with self._session.post(self._transport.base_url, json=payload, raise_for_status=True) as response:
            return await response.json(content_type=None)

    def _result(self, body: JsonValue) -> JsonValue:
        for part in self._path:
            if not (isinstance(body, dict) and part in body):
                raise ValueError(f"its answer has no {'.'.join(self._path)}")
            body = body[part]
        return body


def _is_final(error: Exception) -> bool:
    """Whether the agent refused the call itself, so that trying again cannot help."""
    return isinstance(error, aiohttp.ClientResponseError) and 400 <= error.status < 500 and error.status != 429
