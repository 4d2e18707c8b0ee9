from __future__ import annotations

import asyncio
import importlib.util
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from atlas.core.json import JsonObject, dumps
from atlas.core.messages import ChatRequest, Message, Usage
from atlas.core.protocols import ChatModel
from atlas.core.tools import ToolCall, ToolSpec
from atlas.errors import (
    ConfigError,
    ModelDenied,
    ModelError,
    ModelRateLimited,
    ModelReplyError,
    ModelTimeout,
    ModelUnavailable,
)
from atlas.models.build import build_model
from atlas.models.config import LLMConfig, Provider
from atlas.models.litellm import LiteLLMModel, route
from tests.model_server import ModelServer, Reply, script
from tests.models.conftest import Waits

installed = pytest.mark.skipif(
    importlib.util.find_spec("litellm") is None, reason="litellm is not installed: pip install 'atlas[litellm]'"
)

KEY = "sk-a-long-secret-key"
FIND = ToolSpec("find", "Find a client.", {"type": "object", "properties": {"name": {"type": "string"}}})
ASK = ChatRequest((Message("system", "Be brief."), Message("user", "Hello?")), tools=(FIND,))


@asynccontextmanager
async def connected(server: ModelServer, waits: Waits, **keys: Any) -> AsyncIterator[ChatModel]:
    settings: dict[str, Any] = {"model": "gpt-4.1-mini", "api_base": server.url} | keys
    model = LiteLLMModel(LLMConfig.model_validate(settings), KEY, sleep=waits, rng=random.Random(0))
    try:
        yield model
    finally:
        await model.close()


async def failure(server: ModelServer, waits: Waits, *replies: Reply, **keys: Any) -> ModelError:
    """The error of a call that the server answers with `replies`."""
    server.handler = script(*replies)
    async with connected(server, waits, **keys) as model:
        with pytest.raises(ModelError) as failed:
            await model.complete(ASK)
    return failed.value


@pytest.mark.parametrize(
    ("provider", "model", "expected"),
    [
        ("anthropic", "claude-haiku-4-5", "anthropic/claude-haiku-4-5"),
        ("anthropic", "anthropic/claude-haiku-4-5", "anthropic/claude-haiku-4-5"),
        ("gemini", "gemini-2.5-flash", "gemini/gemini-2.5-flash"),
        ("google", "gemini-2.5-flash", "gemini/gemini-2.5-flash"),
        ("google", "vertex_ai/gemini-2.5-flash", "vertex_ai/gemini-2.5-flash"),
        ("azure-openai", "our-deployment", "azure/our-deployment"),
        ("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", None),
        ("xai", "grok-4", "xai/grok-4"),
        ("openai", "Qwen/Qwen3", "openai/Qwen/Qwen3"),
    ],
)
def test_the_model_string_says_the_provider(provider: Provider, model: str, expected: str | None) -> None:
    assert route(LLMConfig(provider=provider, model=model)) == (expected or f"bedrock/{model}")


def test_a_missing_litellm_is_a_config_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "litellm", None)
    with pytest.raises(ConfigError, match=r"pip install 'atlas\[litellm\]'"):
        LiteLLMModel(LLMConfig(provider="anthropic", model="claude-haiku-4-5"), KEY)


@installed
async def test_a_litellm_that_cannot_be_imported_is_a_config_error(
    model_server: ModelServer, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(model_server, waits) as model:
        monkeypatch.setitem(sys.modules, "litellm", None)
        with pytest.raises(ConfigError, match=r"pip install 'atlas\[litellm\]'"):
            await model.complete(ASK)


@installed
async def test_a_reply_with_tool_calls_and_usage(model_server: ModelServer, waits: Waits) -> None:
    asked = (ToolCall("abc", "find", '{"name": "Acme"}'), ToolCall("def", "find", '{"name": "Ac'))
    model_server.handler = script(Reply("Looking.", tool_calls=asked, usage=Usage(1000, 100)))
    async with connected(
        model_server, waits, organization="org-7", additional_headers={"X-Team": "sales"}
    ) as model:
        done = await model.complete(ASK)
    assert done.message == Message("assistant", "Looking.", tool_calls=asked)
    assert (done.finish_reason, done.model) == ("tool_calls", "gpt-4.1-mini")
    assert done.usage == Usage(1000, 100, calls=1, cost_usd=0.00056)
    sent, headers = model_server.requests[0], model_server.calls[0].headers
    assert sent["tools"][0]["function"]["name"] == "find"
    assert (sent["tool_choice"], sent["temperature"]) == ("auto", 0.0)
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert (headers["OpenAI-Organization"], headers["X-Team"]) == ("org-7", "sales")


@installed
@pytest.mark.parametrize(
    ("reply", "content", "finish"),
    [
        (Reply(refusal="I will not."), "I will not.", "refusal"),
        (Reply("cut", finish_reason="length"), "cut", "length"),
        (Reply("", finish_reason="content_filter"), "", "refusal"),
    ],
)
async def test_how_a_reply_ends(
    model_server: ModelServer, waits: Waits, reply: Reply, content: str, finish: str
) -> None:
    model_server.handler = script(reply)
    async with connected(model_server, waits) as model:
        done = await model.complete(ASK)
    assert (done.message.content, done.finish_reason) == (content, finish)


@installed
async def test_missing_usage_has_no_cost(model_server: ModelServer, waits: Waits) -> None:
    model_server.handler = script(Reply("x", usage=None))
    async with connected(model_server, waits) as model:
        assert (await model.complete(ASK)).usage == Usage(0, 0, calls=1, cost_usd=None)


@installed
async def test_the_tries_are_ours_alone(model_server: ModelServer, waits: Waits) -> None:
    limited = Reply(status=429, error="slow down", headers={"Retry-After": "7"})
    error = await failure(model_server, waits, limited)
    assert isinstance(error, ModelRateLimited)
    assert (error.attempts, len(model_server.calls), error.model) == (3, 3, "gpt-4.1-mini")
    assert [7 <= wait <= 7 * 1.25 for wait in waits.asked] == [True, True]
    assert "slow down" in str(error)


@installed
@pytest.mark.parametrize(
    ("reply", "kind", "tries"),
    [
        (Reply(status=500, error="boom"), ModelUnavailable, 3),
        (Reply(status=503, error="boom"), ModelUnavailable, 3),
        (Reply(breaks="at_once"), ModelUnavailable, 3),
        (Reply(breaks="in_body"), ModelUnavailable, 3),
        (Reply(raw=b"<html>boom</html>"), ModelUnavailable, 3),
        (Reply(status=400, error="boom"), ModelDenied, 1),
        (Reply(status=401, error="boom"), ModelDenied, 1),
        (Reply(status=403, error="boom"), ModelDenied, 1),
        (Reply(status=404, error="boom"), ModelDenied, 1),
        (Reply(status=422, error="boom"), ModelDenied, 1),
        (Reply(raw=b'{"choices": []}'), ModelReplyError, 1),
        (Reply(raw=b'{"choices": [{"message": {"content": "\\ud83d"}}]}'), ModelReplyError, 1),
        (Reply(raw=b'{"choices": [{"message": {"tool_calls": [{"function": {}}]}}]}'), ModelReplyError, 1),
    ],
)
async def test_each_failure_has_its_class(
    model_server: ModelServer, waits: Waits, reply: Reply, kind: type[ModelError], tries: int
) -> None:
    error = await failure(model_server, waits, reply)
    assert (type(error), error.attempts, len(model_server.calls)) == (kind, tries, tries)


@installed
async def test_a_denial_never_quotes_the_key(model_server: ModelServer, waits: Waits) -> None:
    error = await failure(model_server, waits, Reply(status=401, error=f"Incorrect key {KEY}."))
    assert "Incorrect key [secret]." in str(error)
    assert KEY not in str(error)


@installed
@pytest.mark.parametrize("reply", [Reply(breaks="hangs"), Reply("drip by drip", delay_s=0.2, body_delay_s=0.2)])
async def test_the_time_limit_covers_the_whole_call(model_server: ModelServer, waits: Waits, reply: Reply) -> None:
    # LiteLLM's first call in a process spends most of a second on imports of its own.
    async with connected(model_server, waits) as model:
        await model.complete(ASK)
    error = await failure(model_server, waits, reply, timeout_seconds=0.3, retry={"attempts": 2})
    assert (type(error), error.attempts) == (ModelTimeout, 2)


@installed
async def test_64_calls_at_once(model_server: ModelServer, waits: Waits) -> None:
    model_server.handler = lambda body: Reply(f"re: {body['messages'][0]['content']}")
    asked = [ChatRequest((Message("user", str(number)),)) for number in range(64)]
    async with connected(model_server, waits) as model:
        replies = await asyncio.gather(*(model.complete(request) for request in asked))
    assert [reply.message.content for reply in replies] == [f"re: {number}" for number in range(64)]


@installed
async def test_closing_one_model_leaves_the_next_its_own_connections(
    model_server: ModelServer, waits: Waits
) -> None:
    for _ in range(2):
        async with connected(model_server, waits) as model:
            assert (await model.complete(ASK)).message.content == "ok"


@installed
async def test_another_provider_is_spoken_to_in_its_own_language(model_server: ModelServer, waits: Waits) -> None:
    used: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"name": "Acme"}}
    reply: JsonObject = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5-20251001",
        "content": [{"type": "text", "text": "Looking."}, used],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 1000, "output_tokens": 100},
    }
    model_server.handler = script(Reply(raw=dumps(reply).encode()))
    keys = {"provider": "anthropic", "model": "claude-haiku-4-5", "api_base": model_server.url.removesuffix("/v1")}
    async with connected(model_server, waits, **keys) as model:
        done = await model.complete(ASK)
    assert (done.message.content, done.finish_reason) == ("Looking.", "tool_calls")
    assert [(call.id, call.parsed()) for call in done.message.tool_calls] == [("toolu_1", {"name": "Acme"})]
    assert done.usage == Usage(1000, 100, calls=1, cost_usd=0.0015)
    call = model_server.calls[0]
    assert (call.path, call.headers["x-api-key"]) == ("/v1/messages", KEY)
    assert call.body["tools"][0]["name"] == "find"


@installed
async def test_a_built_model_reaches_its_provider(
    model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XAI_API_BASE", model_server.url)
    model = build_model(LLMConfig(provider="xai", model="grok-4"), {"XAI_API_KEY": KEY}, role="student")
    assert isinstance(model, LiteLLMModel)
    assert (await model.complete(ASK)).message.content == "ok"
    await model.close()
    assert model_server.calls[0].headers["Authorization"] == f"Bearer {KEY}"
    assert model_server.requests[0]["model"] == "grok-4"
