"""HTTP agents: a POST that is tried again where that can help, over a real server."""

from __future__ import annotations

import json

import pytest

from atlas.agents.config import AgentConfig
from atlas.agents.http_agent import HttpAsk
from atlas.core.json import JsonValue
from atlas.errors import AgentError
from tests.model_server import ModelServer, Reply, script


async def ask(server: ModelServer, attempts: int = 1, **changes: object) -> JsonValue:
    retry = {"attempts": attempts, "backoff_seconds": 0}
    transport = {"base_url": server.url, "headers": {"X-Who": "me"}, "timeout_seconds": 2, "retry": retry}
    config = AgentConfig.model_validate({"type": "http_api", "name": "mine", "transport": transport, **changes})
    assert config.transport is not None
    asking = HttpAsk(config, config.transport)
    try:
        return await asking("hi", {"system": "orders"})
    finally:
        await asking.close()


def answering(value: object) -> Reply:
    return Reply(raw=json.dumps(value).encode())


async def test_the_answer_lies_at_the_result_path() -> None:
    with ModelServer(script(answering({"data": {"text": "hello"}}))) as server:
        found = await ask(server, result_path=["data", "text"], payload_template={"tenant": "t1", "prompt": "x"})
        assert found == "hello"
        (call,) = server.calls
    assert call.body == {"tenant": "t1", "prompt": "hi", "metadata": {"system": "orders"}}
    assert call.headers["X-Who"] == "me"


@pytest.mark.parametrize(
    "bad",
    [Reply(status=503, error="down"), Reply(status=429, error="slow"), Reply(breaks="at_once"), Reply(raw=b"<")],
)
async def test_it_is_tried_again(bad: Reply) -> None:
    with ModelServer(script(bad, answering({"output": "better"}))) as server:
        assert await ask(server, attempts=2) == "better"


async def test_what_stays_wrong_is_named() -> None:
    with ModelServer(script(Reply(status=503, error="down"))) as server:
        with pytest.raises(AgentError, match="agent mine failed after 3 attempts: 503"):
            await ask(server, attempts=3)
        assert len(server.calls) == 3
    with ModelServer(script(Reply(status=401, error="who are you"))) as server:
        with pytest.raises(AgentError, match="agent mine failed: 401"):
            await ask(server, attempts=3)
        assert len(server.calls) == 1
    with ModelServer(script(answering({"other": 1}))) as server:
        with pytest.raises(AgentError, match="its answer has no output"):
            await ask(server)
    with ModelServer(script(Reply(breaks="hangs"))) as server:
        with pytest.raises(AgentError, match="agent mine failed"):
            await ask(server)
