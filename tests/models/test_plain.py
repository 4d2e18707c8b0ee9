"""Plain completions over real HTTP: what is sent, what is read, and what the completion says of both."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from atlas.core.messages import ChatRequest, Message, PlainText, Usage
from atlas.core.tools import ToolCall, ToolSpec
from atlas.errors import ModelDenied, ModelReplyError, TemplateError
from atlas.models.config import LLMConfig
from atlas.models.plain import MarkedCall, PlainModel
from tests.model_server import ModelServer, Reply, script

TOOL = ToolSpec("add", "Add.", {"type": "object"})
ASK = ChatRequest((Message("system", "s"), Message("user", "hi")), temperature=0.5, seed=7)


@dataclass(frozen=True)
class Lines:
    """A message a line, and a call as `!name arguments`."""

    stops: tuple[str, ...] = ("<end>",)

    def prompt(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> str:
        if any("<end>" in message.content for message in messages):
            raise TemplateError("has no plain text for it", "quotes")
        return "".join(f"{message.role}: {message.content}\n" for message in messages) + "assistant: "

    def reply(self, text: str) -> tuple[str, tuple[MarkedCall, ...]]:
        said, mark, call = text.partition("!")
        name, _, arguments = call.partition(" ")
        return said, (MarkedCall(name, arguments),) if mark else ()


@asynccontextmanager
async def connected(server: ModelServer) -> AsyncIterator[PlainModel]:
    async def at_once(seconds: float) -> None: ...

    config = LLMConfig(model="m", api_base=server.url, max_output_tokens=99)
    model = PlainModel(config, "a-key", Lines(), sleep=at_once, rng=random.Random(0))
    try:
        yield model
    finally:
        await model.close()


async def test_the_text_is_sent_and_both_sides_are_kept(model_server: ModelServer) -> None:
    model_server.handler = script(Reply("hello"))
    async with connected(model_server) as model:
        completion = await model.complete(ASK)
    (call,) = model_server.calls
    assert call.path == "/v1/completions"
    assert call.headers["Authorization"] == "Bearer a-key"
    assert call.body == {
        "model": "m",
        "prompt": "system: s\nuser: hi\nassistant: ",
        "max_tokens": 99,
        "temperature": 0.5,
        "seed": 7,
        "stop": ["<end>"],
        "add_special_tokens": False,
    }
    assert completion.message == Message("assistant", "hello")
    assert completion.plain == PlainText("system: s\nuser: hi\nassistant: ", "hello")
    assert (completion.usage.prompt_tokens, completion.finish_reason) == (10, "stop")


async def test_a_stop_token_that_the_server_leaves_is_no_part_of_what_was_said(model_server: ModelServer) -> None:
    model_server.handler = script(Reply("hello<end>"))
    async with connected(model_server) as model:
        completion = await model.complete(ASK)
    assert completion.message.content == "hello"
    assert completion.plain is not None
    assert completion.plain.text == "hello"


async def test_calls_are_read_where_tools_are_offered_and_only_there(model_server: ModelServer) -> None:
    model_server.handler = script(Reply('Adding.!add {"by": 2}'))
    earlier = Message("assistant", "", (ToolCall("call_1", "add", "{}"),))
    with_tools = ChatRequest((*ASK.messages, earlier), (TOOL,))
    async with connected(model_server) as model:
        called, said = await model.complete(with_tools), await model.complete(ASK)
    assert called.message == Message("assistant", "Adding.", (ToolCall("call_2", "add", '{"by": 2}'),))
    assert called.finish_reason == "tool_calls"
    assert called.plain is not None
    assert called.plain.text == 'Adding.!add {"by": 2}'
    assert said.message == Message("assistant", 'Adding.!add {"by": 2}')


async def test_a_conversation_that_cannot_be_written_is_not_sent(model_server: ModelServer) -> None:
    async with connected(model_server) as model:
        with pytest.raises(ModelDenied, match="the chat template has no plain text for it"):
            await model.complete(ChatRequest((Message("user", "say <end>"),)))
    assert model_server.calls == []


async def test_an_outage_is_tried_again(model_server: ModelServer) -> None:
    model_server.handler = script(Reply(status=503, error="busy"), Reply("hello", usage=Usage(3, 1)))
    async with connected(model_server) as model:
        completion = await model.complete(ASK)
    assert len(model_server.calls) == 2
    assert completion.usage.prompt_tokens == 3


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"<html>", "the reply is not a completion"),
        (b'{"choices": []}', "the reply has no choices"),
        (b'{"error": {"message": "no such model"}}', "the reply holds an error: no such model"),
        (b'{"choices": [{"message": {"content": "chat"}}]}', "missing required field `text`"),
    ],
)
async def test_what_is_no_completion_is_said(model_server: ModelServer, raw: bytes, said: str) -> None:
    model_server.handler = script(Reply(raw=raw))
    async with connected(model_server) as model:
        with pytest.raises(ModelReplyError, match=said):
            await model.complete(ASK)
