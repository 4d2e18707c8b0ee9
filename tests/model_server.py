"""A model server: a real HTTP server on loopback that speaks OpenAI completions, chat and plain, or fails as told.

It runs in a thread of its own, so tests in any event loop and commands in child processes can call it:

    with ModelServer(lambda body: Reply("Hello")) as server:
        ...  # server.url is the api_base; server.requests are the bodies it got
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, TypeAlias

from aiohttp import web

from atlas.core.json import JsonObject, dumps, loads_object
from atlas.core.messages import Usage
from atlas.core.tools import ToolCall


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server does about one call, whatever its path.

    By default it answers 200 with `text`, `tool_calls` (an empty id is left out) and `usage` (None leaves it
    out). `error` is the message beside a `status` of 400 and above. `raw` replaces the body. `delay_s` passes
    before the first byte, `body_delay_s` between the halves of the body. With `breaks` the server drops the
    connection before it answers or in the middle of the body, or says nothing at all until the client gives up.
    """

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = field(default_factory=lambda: Usage(prompt_tokens=10, completion_tokens=5))
    finish_reason: str | None = None
    refusal: str | None = None
    model: str | None = None
    status: int = 200
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    delay_s: float = 0.0
    body_delay_s: float = 0.0
    breaks: Literal["no", "at_once", "in_body", "hangs"] = "no"


Handler: TypeAlias = Callable[[JsonObject], Reply]


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request that the server got. `peer` is the client's port: equal means the same connection."""

    path: str
    headers: Mapping[str, str]
    body: JsonObject
    peer: int


def script(*replies: Reply) -> Handler:
    """A handler that gives `replies` in order, the last one over and over."""
    left = list(replies)
    return lambda _body: left.pop(0) if len(left) > 1 else left[0]


class ModelServer:
    """The server as a `with` block. When the handler raises, it answers 500 and the block raises at its end."""

    def __init__(self, handler: Handler | None = None) -> None:
        """`handler` gets the parsed body of each call; it can be replaced between calls."""
        self.handler: Handler = handler or script(Reply("ok"))
        self.calls: list[Call] = []
        self.url = ""
        self._failures: list[Exception] = []
        self._started = threading.Event()
        self._stop: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    @property
    def requests(self) -> list[JsonObject]:
        """The bodies received, in order."""
        return [call.body for call in self.calls]

    def __enter__(self) -> ModelServer:
        self._thread.start()
        if not self._started.wait(10):
            raise RuntimeError("the model server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._thread.join(10)
        if self._failures and error is None:
            raise self._failures[0]

    async def _serve(self) -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=64_000_000)
        app.router.add_post("/{path:.*}", self._answer)
        # Cancelled handlers let a hanging call end with its client instead of holding the shutdown up.
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        self._stop = lambda: loop.call_soon_threadsafe(stopped.set)
        self._started.set()
        await stopped.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        body = loads_object(await request.read())
        peer = request.transport.get_extra_info("peername")[1]
        self.calls.append(Call(request.path_qs, request.headers.copy(), body, peer))
        try:
            reply = self.handler(body)
        except Exception as error:
            self._failures.append(error)
            reply = Reply(status=500, error=f"the test's handler raised {error!r}")
        await asyncio.sleep(3600 if reply.breaks == "hangs" else reply.delay_s)
        return await _send(request, reply, reply.raw if reply.raw is not None else _content(reply, body))


async def _send(request: web.Request, reply: Reply, content: bytes) -> web.StreamResponse:
    assert request.transport is not None
    headers = {"Content-Type": "application/json", **reply.headers, "Content-Length": str(len(content))}
    response = web.StreamResponse(status=reply.status, headers=headers)
    if reply.breaks == "at_once":
        request.transport.close()
        return response
    await response.prepare(request)
    half = len(content) // 2
    await response.write(content[:half])
    if reply.breaks == "in_body":
        request.transport.close()
        return response
    await asyncio.sleep(reply.body_delay_s)
    await response.write(content[half:])
    await response.write_eof()
    return response


def _content(reply: Reply, body: JsonObject) -> bytes:
    """The body of an answer, or of a refusal."""
    if reply.status >= 400:
        return dumps({"error": {"message": reply.error, "type": "test_error", "code": None}}).encode()
    message: JsonObject = {"role": "assistant", "content": reply.text or None}
    if reply.tool_calls:
        message["tool_calls"] = [_tool_call(call) for call in reply.tool_calls]
    if reply.refusal is not None:
        message["refusal"] = reply.refusal
    finish = reply.finish_reason or ("tool_calls" if reply.tool_calls else "stop")
    plain = "prompt" in body
    said: JsonObject = {"text": reply.text} if plain else {"message": message}
    answer: JsonObject = {
        "id": "cmpl-test",
        "object": "text_completion" if plain else "chat.completion",
        "created": 0,
        "model": reply.model or body.get("model"),
        "choices": [{"index": 0, **said, "finish_reason": finish}],
    }
    if reply.usage is not None:
        counted = {"prompt_tokens": reply.usage.prompt_tokens, "completion_tokens": reply.usage.completion_tokens}
        answer["usage"] = counted | {"total_tokens": reply.usage.total_tokens}
    return dumps(answer).encode()


def _tool_call(call: ToolCall) -> JsonObject:
    wire: JsonObject = {"type": "function", "function": {"name": call.name, "arguments": call.arguments}}
    return wire | {"id": call.id} if call.id else wire
