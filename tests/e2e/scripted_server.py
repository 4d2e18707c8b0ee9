"""A model server that plays every role by the offline scripts: real HTTP, real tool calls, no language model."""

from __future__ import annotations

from collections.abc import Coroutine

from atlas.core.json import JsonObject, JsonValue
from atlas.core.messages import ChatRequest, Completion, Message, MessageRole, ModelRole
from atlas.core.tools import ToolCall, ToolSpec
from atlas.models.offline import offline_model
from tests.model_server import Reply

ROLES: tuple[ModelRole, ...] = ("student", "teacher", "judge", "arbiter", "synthesizer", "probe")
MODELS = {f"{role}-model": offline_model(role, seed=7) for role in ROLES}


def play(body: JsonObject) -> Reply:
    """Answer as the role whose model was asked for."""
    request = ChatRequest(
        messages=tuple(map(_message, body["messages"])),
        tools=tuple(map(_tool, body.get("tools", []))),
        json_object="response_format" in body,
        temperature=body.get("temperature"),
        seed=body.get("seed"),
    )
    completion = _at_once(MODELS[body["model"]].complete(request))
    return Reply(completion.message.content, completion.message.tool_calls, completion.usage)


def _at_once(work: Coroutine[object, None, Completion]) -> Completion:
    """The result of a coroutine that waits for nothing, from inside a running event loop."""
    try:
        work.send(None)
    except StopIteration as done:
        completion: Completion = done.value
        return completion
    raise AssertionError("a scripted model waits for nothing")


def _message(wire: JsonObject) -> Message:
    role: MessageRole = wire["role"]
    calls = tuple(_call(call) for call in wire.get("tool_calls") or ())
    return Message(role, wire.get("content") or "", calls, wire.get("tool_call_id"))


def _call(wire: JsonObject) -> ToolCall:
    return ToolCall(wire["id"], wire["function"]["name"], wire["function"]["arguments"])


def _tool(wire: JsonValue) -> ToolSpec:
    function = wire["function"]
    return ToolSpec(function["name"], function["description"], function["parameters"])


def config(url: str, **changes: str) -> str:
    """A run config whose five models live at `url`."""

    def llm(role: str) -> str:
        retry = "retry: {attempts: 2, backoff_seconds: 0}"
        price = "price_per_million: {prompt: 1.0, completion: 2.0}"
        return f"{{provider: openai-compatible, model: {role}-model, api_base: {url}, {retry}, {price}}}"

    return f"""\
agent:
  type: crm_harness
  backend: {changes.get("backend", "postgres")}
  llm: {changes.get("student", llm("student"))}
teacher: {{llm: {llm("teacher")}}}
orchestration: {{forced_mode: {changes.get("mode", "paired")}, max_retries: {changes.get("max_retries", "1")}}}
rim:
  small_model: {llm("judge")}
  large_model: {llm("arbiter")}
learning: {{llm: {llm("synthesizer")}}}
"""
