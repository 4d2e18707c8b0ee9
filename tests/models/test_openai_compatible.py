from __future__ import annotations

import asyncio
import gzip
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from atlas.core.json import JsonObject
from atlas.core.messages import ChatRequest, Message, Usage
from atlas.core.protocols import ChatModel
from atlas.core.tools import ToolCall, ToolSpec
from atlas.errors import (
    ModelDenied,
    ModelError,
    ModelRateLimited,
    ModelReplyError,
    ModelTimeout,
    ModelUnavailable,
)
from atlas.models import http_model
from atlas.models.config import LLMConfig
from atlas.models.openai_compatible import OpenAICompatibleModel
from tests.model_server import Call, ModelServer, Reply, script
from tests.models.conftest import Waits

KEY = "sk-a-long-secret-key"
FIND = ToolSpec("find", "Find a client.", {"type": "object", "properties": {"name": {"type": "string"}}})
ASK = ChatRequest((Message("system", "Be brief."), Message("user", "Hello?")), tools=(FIND,))


@asynccontextmanager
async def connected(
    server: ModelServer, waits: Waits, *, key: str | None = KEY, **keys: Any
) -> AsyncIterator[ChatModel]:
    settings: dict[str, Any] = {"model": "gpt-4.1-mini", "api_base": server.url} | keys
    model = OpenAICompatibleModel(LLMConfig.model_validate(settings), key, sleep=waits, rng=random.Random(0))
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


async def test_a_reply_with_its_usage(model_server: ModelServer, waits: Waits) -> None:
    model_server.handler = script(Reply("Good day.", usage=Usage(1000, 100), model="gpt-4.1-mini-2025-04-14"))
    async with connected(model_server, waits) as model:
        done = await model.complete(ASK)
    assert done.message == Message("assistant", "Good day.")
    assert (done.finish_reason, done.model) == ("stop", "gpt-4.1-mini-2025-04-14")
    assert done.usage == Usage(1000, 100, calls=1, cost_usd=0.00056)
    assert 0 < done.duration_s < 5
    assert (model.name, model.simulated) == ("gpt-4.1-mini", False)


async def test_what_is_sent(model_server: ModelServer, waits: Waits) -> None:
    async with connected(model_server, waits) as model:
        await model.complete(ASK)
    assert model_server.calls[0].path == "/v1/chat/completions"
    assert model_server.calls[0].headers["Authorization"] == f"Bearer {KEY}"
    assert model_server.requests == [
        {
            "model": "gpt-4.1-mini",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}],
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "find", "description": "Find a client.", "parameters": FIND.parameters},
                }
            ],
            "tool_choice": "auto",
            "temperature": 0.0,
        }
    ]


async def test_tool_calls_come_back_raw_and_with_ids(model_server: ModelServer, waits: Waits) -> None:
    asked = (ToolCall("abc", "find", '{"name": "Acme"}'), ToolCall("", "find", '{"name": "Ac'))
    model_server.handler = script(Reply(tool_calls=asked))
    async with connected(model_server, waits) as model:
        done = await model.complete(ASK)
    assert done.finish_reason == "tool_calls"
    assert done.message.tool_calls == (asked[0], ToolCall("call_1", "find", '{"name": "Ac'))


async def test_a_refusal_and_missing_usage(model_server: ModelServer, waits: Waits) -> None:
    model_server.handler = script(Reply(refusal="I will not.", usage=None))
    async with connected(model_server, waits) as model:
        done = await model.complete(ASK)
    assert (done.finish_reason, done.message.content) == ("refusal", "I will not.")
    assert done.usage == Usage(0, 0, calls=1, cost_usd=None)


def body(key: str) -> Callable[[Call], object]:
    return lambda call: call.body.get(key)


def header(name: str) -> Callable[[Call], object]:
    return lambda call: call.headers.get(name)


ON_THE_WIRE: list[tuple[str, object, Callable[[Call], object], object]] = [
    ("model", "gpt-4o", body("model"), "gpt-4o"),
    ("organization", "org-7", header("OpenAI-Organization"), "org-7"),
    ("temperature", 0.25, body("temperature"), 0.25),
    ("top_p", 0.5, body("top_p"), 0.5),
    ("max_output_tokens", 77, body("max_tokens"), 77),
    ("reasoning_effort", "low", body("reasoning_effort"), "low"),
    ("additional_headers", {"X-Team": "sales"}, header("x-team"), "sales"),
    ("additional_headers", {"authorization": "Token t"}, header("Authorization"), "Token t"),
]
PROVED_ELSEWHERE = {"provider", "api_key_env", "api_base", "timeout_seconds", "retry", "price_per_million"}


@pytest.mark.parametrize(("key", "value", "seen", "expected"), ON_THE_WIRE)
async def test_a_key_acts(
    model_server: ModelServer,
    waits: Waits,
    key: str,
    value: object,
    seen: Callable[[Call], object],
    expected: object,
) -> None:
    async with connected(model_server, waits) as plain:
        await plain.complete(ASK)
    settings: dict[str, Any] = {key: value}
    async with connected(model_server, waits, **settings) as model:
        await model.complete(ASK)
    without, within = model_server.calls
    assert (seen(without) != expected, seen(within)) == (True, expected)


def test_no_key_is_forgotten() -> None:
    assert {key for key, *_ in ON_THE_WIRE} | PROVED_ELSEWHERE == set(LLMConfig.model_fields)


async def test_without_a_key_nothing_is_claimed(model_server: ModelServer, waits: Waits) -> None:
    async with connected(model_server, waits, key=None) as model:
        await model.complete(ASK)
    assert "Authorization" not in model_server.calls[0].headers


@pytest.mark.parametrize(
    ("suffix", "path"),
    [("", "/v1/chat/completions"), ("//", "/v1/chat/completions"), ("/?v=1", "/v1/chat/completions?v=1")],
)
async def test_the_endpoint_is_found_under_any_base(
    model_server: ModelServer, waits: Waits, suffix: str, path: str
) -> None:
    async with connected(model_server, waits, api_base=model_server.url + suffix) as model:
        await model.complete(ASK)
    assert model_server.calls[0].path == path


def test_only_openai_itself_is_asked_without_the_prefix() -> None:
    direct = OpenAICompatibleModel(LLMConfig(model="openai/gpt-4.1"), KEY)
    routed = OpenAICompatibleModel(LLMConfig(model="openai/gpt-4.1", api_base="http://host/v1"), KEY)
    assert (direct._model, str(direct._url)) == ("gpt-4.1", "https://api.openai.com/v1/chat/completions")
    assert (routed._model, str(routed._url)) == ("openai/gpt-4.1", "http://host/v1/chat/completions")


async def test_a_rate_limit_is_waited_out_as_long_as_asked(model_server: ModelServer, waits: Waits) -> None:
    limited = Reply(status=429, error="slow down", headers={"Retry-After": "7"})
    model_server.handler = script(limited, limited, Reply("at last"))
    async with connected(model_server, waits) as model:
        done = await model.complete(ASK)
    assert (done.message.content, done.usage.calls) == ("at last", 1)
    assert [7 <= wait <= 7 * 1.25 for wait in waits.asked] == [True, True]


async def test_a_rate_limit_that_stays(model_server: ModelServer, waits: Waits) -> None:
    error = await failure(model_server, waits, Reply(status=429, error="slow down"))
    assert isinstance(error, ModelRateLimited)
    error.role = "judge"
    assert str(error) == "judge model gpt-4.1-mini failed after 3 attempts: HTTP 429: slow down"
    assert [1 <= waits.asked[0] <= 1.25, 2 <= waits.asked[1] <= 2.5] == [True, True]


async def test_the_configured_tries_and_backoff_are_kept(model_server: ModelServer, waits: Waits) -> None:
    retry = {"attempts": 5, "backoff_seconds": 0}
    error = await failure(model_server, waits, Reply(status=500), retry=retry)
    assert (error.attempts, len(model_server.calls), waits.asked) == (5, 5, [0, 0, 0, 0])


@pytest.mark.parametrize("status", [500, 502, 503, 529, 408])
async def test_an_outage_is_tried_again(model_server: ModelServer, waits: Waits, status: int) -> None:
    model_server.handler = script(Reply(status=status), Reply("back"))
    async with connected(model_server, waits) as model:
        assert (await model.complete(ASK)).message.content == "back"


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (Reply(status=500, error="boom"), "HTTP 500: boom"),
        (Reply(status=503, raw=b""), "HTTP 503 without a message"),
        (Reply(status=502, raw=b"<html>\n<b>Bad gateway</b>"), "HTTP 502: <html> <b>Bad gateway</b>"),
        (Reply(breaks="in_body"), "payload is not completed"),
        (Reply(breaks="at_once"), "disconnected"),
    ],
)
async def test_an_outage_that_stays(model_server: ModelServer, waits: Waits, reply: Reply, cause: str) -> None:
    error = await failure(model_server, waits, reply)
    assert isinstance(error, ModelUnavailable)
    assert (error.model, error.attempts, len(model_server.calls)) == ("gpt-4.1-mini", 3, 3)
    assert cause in str(error)


async def test_nobody_listens(model_server: ModelServer, waits: Waits, unused_tcp_port: int) -> None:
    error = await failure(model_server, waits, Reply(), api_base=f"http://127.0.0.1:{unused_tcp_port}/v1")
    assert isinstance(error, ModelUnavailable)
    assert error.attempts == 3
    assert f"127.0.0.1:{unused_tcp_port}" in str(error)


@pytest.mark.parametrize(
    "reply", [Reply(breaks="hangs"), Reply("late", delay_s=30), Reply("half a reply", body_delay_s=30)]
)
async def test_the_time_limit_covers_the_whole_call(model_server: ModelServer, waits: Waits, reply: Reply) -> None:
    error = await failure(model_server, waits, reply, timeout_seconds=0.1, retry={"attempts": 2})
    assert isinstance(error, ModelTimeout)
    assert str(error) == "model gpt-4.1-mini failed after 2 attempts: no complete reply within 0.1 s"
    assert len(waits.asked) == 1


async def test_a_slow_reply_within_the_limit_is_a_reply(model_server: ModelServer, waits: Waits) -> None:
    model_server.handler = script(Reply("slow but sure", delay_s=0.05, body_delay_s=0.05))
    async with connected(model_server, waits, timeout_seconds=5) as model:
        done = await model.complete(ASK)
    assert done.message.content == "slow but sure"
    assert done.duration_s >= 0.1


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, ""),
        (401, "check the key in OPENAI_API_KEY"),
        (403, "check the key in OPENAI_API_KEY"),
        (404, "check model and api_base"),
        (422, ""),
    ],
)
async def test_a_denial_is_final(model_server: ModelServer, waits: Waits, status: int, advice: str) -> None:
    error = await failure(model_server, waits, Reply(status=status, error="not this"))
    assert isinstance(error, ModelDenied)
    assert (error.attempts, len(model_server.calls), waits.asked) == (1, 1, [])
    assert f"HTTP {status}: not this" in str(error)
    assert advice in str(error)


async def test_a_denial_never_quotes_the_key_and_is_short(model_server: ModelServer, waits: Waits) -> None:
    error = await failure(model_server, waits, Reply(status=401, error=f"Incorrect key {KEY}. " + "Help! " * 1000))
    assert KEY not in str(error)
    assert "Incorrect key [secret]." in str(error)
    assert len(str(error)) < 500


async def test_a_redirect_is_not_followed(model_server: ModelServer, waits: Waits) -> None:
    elsewhere = Reply(status=307, headers={"Location": "/elsewhere"}, raw=b"")
    error = await failure(model_server, waits, elsewhere)
    assert isinstance(error, ModelDenied)
    assert [call.path for call in model_server.calls] == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (b"<html>Welcome to the proxy</html>", "it begins: <html>Welcome to the proxy</html>"),
        (b"", "it begins: nothing"),
        (b"[]", "Expected `object`"),
        (b"[" * 100_000, "not a chat completion"),
        (b'{"x": ' + b"[" * 100_000, "not a chat completion"),
        (b'{"choices": [{"message": {"content": "\xff"}}]}', "not a chat completion"),
        (b'{"choices": [{"message": {"content": 7}}]}', "choices[0].message.content"),
        (b"{}", "no choices"),
        (b'{"choices": []}', "no choices"),
        (b'{"error": {"message": "model overloaded"}}', "model overloaded"),
    ],
)
async def test_an_answer_in_another_form(model_server: ModelServer, waits: Waits, raw: bytes, cause: str) -> None:
    error = await failure(model_server, waits, Reply(raw=raw))
    assert isinstance(error, ModelReplyError)
    assert (error.attempts, len(model_server.calls)) == (1, 1)
    assert cause in str(error)


async def test_a_useless_answer_counts_the_tries_before_it(model_server: ModelServer, waits: Waits) -> None:
    error = await failure(model_server, waits, Reply(status=500), Reply(raw=b"{}"))
    assert isinstance(error, ModelReplyError)
    assert error.attempts == 2


@pytest.mark.parametrize("packed", [False, True])
async def test_a_reply_without_end_is_cut_off(
    model_server: ModelServer, waits: Waits, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(http_model, "LARGEST_REPLY_BYTES", 100_000)
    raw = b" " * 1_000_000
    reply = Reply(raw=gzip.compress(raw), headers={"Content-Encoding": "gzip"}) if packed else Reply(raw=raw)
    error = await failure(model_server, waits, reply)
    assert isinstance(error, ModelReplyError)
    assert "larger than 100000 bytes" in str(error)


async def test_64_calls_at_once(model_server: ModelServer, waits: Waits) -> None:
    model_server.handler = lambda body: Reply(f"re: {body['messages'][0]['content']}", delay_s=0.3)
    asked = [ChatRequest((Message("user", str(number)),)) for number in range(64)]
    started = time.perf_counter()
    async with connected(model_server, waits) as model:
        replies = await asyncio.gather(*(model.complete(request) for request in asked))
    assert [reply.message.content for reply in replies] == [f"re: {number}" for number in range(64)]
    # One after another they would take 19 s.
    assert time.perf_counter() - started < 6


async def test_connections_are_kept_alive(model_server: ModelServer, waits: Waits) -> None:
    async with connected(model_server, waits) as model:
        for _ in range(5):
            await model.complete(ASK)
    assert len({call.peer for call in model_server.calls}) == 1


def test_a_model_is_made_outside_of_a_loop_and_used_in_one_after_another(model_server: ModelServer) -> None:
    model = OpenAICompatibleModel(LLMConfig(model="m", api_base=model_server.url), None)

    async def once() -> str:
        try:
            return (await model.complete(ASK)).message.content
        finally:
            await model.close()
            await model.close()

    assert [asyncio.run(once()), asyncio.run(once())] == ["ok", "ok"]


async def test_a_cancelled_call_leaves_the_model_usable(model_server: ModelServer, waits: Waits) -> None:
    arrived, loop = asyncio.Event(), asyncio.get_running_loop()
    answer = script(Reply(breaks="hangs"), Reply("fine"))

    def handler(body: JsonObject) -> Reply:
        loop.call_soon_threadsafe(arrived.set)
        return answer(body)

    model_server.handler = handler
    async with connected(model_server, waits) as model:
        call = asyncio.create_task(model.complete(ASK))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await model.complete(ASK)).message.content == "fine"


async def test_the_clock_is_the_one_given(model_server: ModelServer) -> None:
    ticks = iter([100.0, 107.5])
    config = LLMConfig(model="m", api_base=model_server.url)
    model = OpenAICompatibleModel(config, None, clock=lambda: next(ticks))
    assert (await model.complete(ASK)).duration_s == 7.5
    await model.close()
