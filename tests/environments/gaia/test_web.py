"""The web tools against a real HTTP server: live, recorded, played back, and when the service fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from atlas.core.json import JsonObject
from atlas.environments.gaia.cassette import Cassette, Recording
from atlas.environments.gaia.web import Web, WebAccess
from atlas.errors import ConfigError, ToolError, WorldError

KEY = "tvly-test-0123456789"


@dataclass
class Tavily:
    """A stand-in for the service. `statuses` come first, one a request; then it answers."""

    statuses: list[int] = field(default_factory=list)
    asked: list[tuple[str, JsonObject, str]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append((request.path, body, request.headers.get("Authorization", "")))
        if self.statuses:
            return web.json_response({"detail": {"error": "as told"}}, status=self.statuses.pop(0))
        if request.path == "/search":
            hit = {"title": "T", "url": "https://example.org", "content": "C", "score": 0.9, "raw_content": None}
            return web.json_response({"query": body["query"], "results": [hit] * body["max_results"]})
        if "missing" in body["urls"][0]:
            return web.json_response({"results": [], "failed_results": [{"url": body["urls"][0], "error": "gone"}]})
        return web.json_response({"results": [{"url": body["urls"][0], "raw_content": "page"}]})

    def access(self, **more: object) -> WebAccess:
        return WebAccess(**{"key": KEY, "url": self.url, "backoff_s": 0.0} | more)  # type: ignore[arg-type]


@pytest.fixture
async def tavily() -> AsyncIterator[Tavily]:
    service = Tavily()
    app = web.Application()
    app.router.add_post("/{path}", service.answer)
    async with TestServer(app) as server:
        service.url = str(server.make_url("")).rstrip("/")
        yield service


async def test_search_and_extract(tavily: Tavily) -> None:
    async with Web(tavily.access()) as reached:
        assert (
            await reached.search("atlas", 2) == [{"title": "T", "url": "https://example.org", "content": "C"}] * 2
        )
        assert await reached.extract("https://example.org/a") == "page"
        with pytest.raises(ToolError, match=r"could not be read \(gone\)"):
            await reached.extract("https://example.org/missing")
    assert [path for path, _, _ in tavily.asked] == ["/search", "/extract", "/extract"]
    assert {header for _, _, header in tavily.asked} == {f"Bearer {KEY}"}
    assert KEY not in repr(tavily.access())


async def test_an_outage_is_ridden_out_or_is_no_score(tavily: Tavily) -> None:
    tavily.statuses = [503, 429]
    async with Web(tavily.access()) as reached:
        assert await reached.extract("https://example.org") == "page"
        tavily.statuses = [500, 500, 500]
        with pytest.raises(WorldError, match="failed after 3 attempts: status 500"):
            await reached.extract("https://example.org")
        tavily.statuses = [401]
        with pytest.raises(WorldError, match=r"status 401\): as told"):
            await reached.extract("https://example.org")
        tavily.statuses = [400]
        with pytest.raises(ToolError, match="did not accept this: as told"):
            await reached.extract("https://example.org")


async def test_recorded_and_played_back_without_a_key(tavily: Tavily, tmp_path: Path) -> None:
    path = tmp_path / "tapes" / "web.jsonl"
    async with Web(tavily.access(cassette=Cassette(path, records=True))) as reached:
        found = await reached.search("atlas", 1)
        assert await reached.search("atlas", 1) == found, "what is on the tape is not asked again"
    assert len(tavily.asked) == 1
    assert KEY not in path.read_text()
    async with Web(WebAccess(cassette=Cassette(path))) as played:
        assert await played.search("atlas", 1) == found
        with pytest.raises(ToolError, match="not in the recording"):
            await played.search("atlas", 2)
    assert len(tavily.asked) == 1


async def test_nothing_answers() -> None:
    async with Web(WebAccess(key=KEY, url="http://127.0.0.1:1", backoff_s=0.0)) as reached:
        with pytest.raises(WorldError, match="failed after 3 attempts: ClientConnectorError"):
            await reached.search("x", 1)


def test_wrong_cassettes(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    with pytest.raises(ConfigError, match="cannot be read"):
        Cassette(path)
    path.write_text('{"endpoint": "search"}\n')
    with pytest.raises(ConfigError, match=r"tape\.jsonl:1: not a recorded request"):
        Cassette(path)
    path.write_text("")
    tape = Cassette(path)
    assert tape.find("search", {}) is None
    tape.add(Recording("search", {"q": 1}, 200, {}))
    assert Cassette(path).find("search", {"q": 1}) == Recording("search", {"q": 1}, 200, {})
