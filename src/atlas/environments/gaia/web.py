"""The web: search and page extraction through Tavily's HTTP API, live, recorded or played back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp

from atlas.core.json import JsonObject, JsonValue, loads_object
from atlas.environments.gaia.cassette import Cassette, Recording
from atlas.errors import ToolError, WorldError

TAVILY_URL = "https://api.tavily.com"
TIMEOUT_S = 60.0
ATTEMPTS = 3
BACKOFF_S = 1.0
MAX_ANSWER_BYTES = 8 * 1024 * 1024
NO_KEY = (
    "The web cannot be reached in this run: no TAVILY_API_KEY is set. Answer from the files and from what you know."
)
NOT_RECORDED = (
    "This request is not in the recording that this run plays back, so it has no answer. Try another one."
)


@dataclass(frozen=True, slots=True)
class WebAccess:
    """How the web is reached. Without a key and without a cassette it is not, and the tools say so."""

    key: str | None = field(default=None, repr=False)
    url: str = TAVILY_URL
    cassette: Cassette | None = None
    backoff_s: float = BACKOFF_S


class Web:
    """Requests to Tavily, over one HTTP session. An async context manager."""

    def __init__(self, access: WebAccess) -> None:
        self._access = access
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def search(self, query: str, max_results: int) -> list[JsonObject]:
        """Hits as title, url and content, the best first. Raises `ToolError`, and `WorldError` for an outage."""
        body = {"query": query, "search_depth": "advanced", "max_results": max_results}
        answer = await self._ask("search", body)
        return [
            {key: hit.get(key, "") for key in ("title", "url", "content")} for hit in _objects(answer, "results")
        ]

    async def extract(self, url: str) -> str:
        """The text of a page. Raises as `search`."""
        answer = await self._ask("extract", {"urls": [url], "extract_depth": "basic"})
        for page in _objects(answer, "results"):
            return str(page.get("raw_content", ""))
        reasons = [str(failed.get("error", "")) for failed in _objects(answer, "failed_results")]
        raise ToolError(f"The page {url} could not be read{f' ({reasons[0]})' if reasons else ''}.")

    async def _ask(self, endpoint: str, body: JsonObject) -> JsonObject:
        cassette = self._access.cassette
        if cassette is not None:
            if (found := cassette.find(endpoint, body)) is not None:
                return _judged(found.status, found.response, endpoint)
            if not cassette.records:
                raise ToolError(NOT_RECORDED)
        if self._access.key is None:
            raise ToolError(NO_KEY)
        status, response = await self._post(endpoint, body, self._access.key)
        answer = _judged(status, response, endpoint)
        if cassette is not None:
            cassette.add(Recording(endpoint, body, status, response))
        return answer

    async def _post(self, endpoint: str, body: JsonObject, key: str) -> tuple[int, JsonObject]:
        """Status and answer; tried again after an outage or a rate limit."""
        for attempt in range(1, ATTEMPTS + 1):
            failure: object
            try:
                status, response = await self._once(endpoint, body, key)
                if status != 429 and status < 500:
                    return status, response
                failure = f"status {status}"
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                failure = f"{type(error).__name__}: {error}"
            if attempt < ATTEMPTS:
                await asyncio.sleep(self._access.backoff_s * 2 ** (attempt - 1))
        raise WorldError(f"the web service {self._access.url} failed after {ATTEMPTS} attempts: {failure}")

    async def _once(self, endpoint: str, body: JsonObject, key: str) -> tuple[int, JsonObject]:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        headers = {"Authorization": f"Bearer {key}"}
        async with self._http.post(f"{self._access.url}/{endpoint}", json=body, headers=headers) as response:
            data = await response.content.read(MAX_ANSWER_BYTES + 1)
            while not response.content.at_eof() and len(data) <= MAX_ANSWER_BYTES:
                data += await response.content.read(MAX_ANSWER_BYTES + 1 - len(data))
            if len(data) > MAX_ANSWER_BYTES:
                raise ValueError(f"an answer of more than {MAX_ANSWER_BYTES:,} bytes")
            return response.status, loads_object(data)


def _judged(status: int, response: JsonObject, endpoint: str) -> JsonObject:
    """The answer of a request that was served; the others are the agent's fault (400) or a failure below it."""
    if status < 300:
        return response
    why = _reason(response)
    if status in (400, 422):
        raise ToolError(f"The web service did not accept this: {why}.")
    raise WorldError(f"the web service refused a request for {endpoint} (status {status}): {why}")


def _reason(response: JsonObject) -> str:
    detail: JsonValue = response.get("detail", response)
    if isinstance(detail, dict):
        detail = detail.get("error", detail)
    return str(detail)[:200].rstrip(".")


def _objects(answer: JsonObject, key: str) -> list[JsonObject]:
    found = answer.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
