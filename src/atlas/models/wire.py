"""The wire format: our request as a chat-completions body, a provider's reply as our completion."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from atlas.core.json import JsonObject, dumps
from atlas.core.messages import ChatRequest, Completion, FinishReason, Message, Usage
from atlas.core.tools import ToolCall, ToolSpec
from atlas.models.config import LLMConfig
from atlas.models.pricing import Price, price_of


class WireFunction(msgspec.Struct):
    """The called function. Some servers send the arguments as an object instead of as text."""

    name: str
    arguments: str | JsonObject | None = None


class WireToolCall(msgspec.Struct):
    function: WireFunction
    id: str | None = None


class WirePart(msgspec.Struct):
    """A part of a content that is given as a list."""

    text: str | None = None


class WireExtras(msgspec.Struct):
    """Where LiteLLM keeps what not every provider has."""

    refusal: str | None = None


class WireMessage(msgspec.Struct):
    content: str | list[WirePart] | None = None
    tool_calls: list[WireToolCall] | None = None
    refusal: str | None = None
    provider_specific_fields: WireExtras | None = None


class WireChoice(msgspec.Struct):
    message: WireMessage
    finish_reason: str | None = None


class WireUsage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class WireError(msgspec.Struct):
    message: str | None = None


class WireAnswer(msgspec.Struct):
    """What every reply says; everything else in it is skipped."""

    usage: WireUsage | None = None
    model: str | None = None
    error: WireError | str | None = None


class WireReply(WireAnswer):
    """A chat completion."""

    choices: list[WireChoice] | None = None


class WireProblem(msgspec.Struct):
    """The body of a refused call, in the spellings that are met in practice."""

    error: WireError | str | None = None
    message: str | None = None
    detail: Any = None


# What msgspec raises over bytes that are not the JSON they should be.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "refusal",
    "refusal": "refusal",
}

# OpenAI's reasoning models: no sampling parameters unless their reasoning is off, another name for the limit.
REASONING = re.compile(r"^(?:.*/)?(?:o\d|gpt-5)(?!.*chat)")


def request_body(config: LLMConfig, request: ChatRequest, model: str) -> JsonObject:
    """The body of one call of `model`. Keys that are not set are left out."""
    reasons = REASONING.match(model) is not None
    samples = config.temperature is not None and (not reasons or config.reasoning_effort == "none")
    asked = request.temperature if request.temperature is not None else config.temperature
    limit = "max_completion_tokens" if reasons or config.api_base is None else "max_tokens"
    body = {
        "model": model,
        "messages": [_message(message) for message in request.messages],
        "tools": [_tool(spec) for spec in request.tools] or None,
        "tool_choice": request.tool_choice if request.tools else None,
        "response_format": {"type": "json_object"} if request.json_object else None,
        "temperature": asked if samples else None,
        "top_p": config.top_p if samples else None,
        "seed": request.seed if samples else None,
        limit: config.max_output_tokens,
        "reasoning_effort": config.reasoning_effort,
    }
    return {key: value for key, value in body.items() if value is not None}


def _message(message: Message) -> JsonObject:
    wire: JsonObject = {"role": message.role, "content": message.content}
    if message.tool_calls:
        wire["tool_calls"] = [_tool_call(call) for call in message.tool_calls]
        wire["content"] = message.content or None
    if message.tool_call_id is not None:
        wire["tool_call_id"] = message.tool_call_id
    return wire


def _tool_call(call: ToolCall) -> JsonObject:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _arguments(call)}}


def _arguments(call: ToolCall) -> str:
    """The arguments as text that every provider accepts in a history.

    Several parse it and refuse the whole call over one malformed text; the model's slip would become an outage.
    """
    try:
        call.parsed()
    except ValueError:
        return dumps({"malformed_arguments": call.arguments})
    return call.arguments or "{}"


def _tool(spec: ToolSpec) -> JsonObject:
    function = {"name": spec.name, "description": spec.description, "parameters": spec.parameters}
    return {"type": "function", "function": function}


def completion(reply: WireReply, config: LLMConfig, request: ChatRequest, duration_s: float) -> Completion:
    """What a model answered. Raises `ValueError` with the reason when the reply holds no answer."""
    if not reply.choices:
        raise ValueError(no_answer(reply))
    message, finish = reply.choices[0].message, reply.choices[0].finish_reason
    calls = tool_calls(message.tool_calls or (), request.messages)
    refusal = message.refusal or (message.provider_specific_fields and message.provider_specific_fields.refusal)
    return Completion(
        message=Message("assistant", sound(_text(message.content) or refusal or ""), tool_calls=calls),
        usage=usage_of(reply, config),
        model=reply.model or config.model,
        finish_reason="refusal" if refusal else finish_reason(finish, bool(calls)),
        duration_s=duration_s,
    )


def _text(content: str | list[WirePart] | None) -> str:
    return "".join(part.text or "" for part in content) if isinstance(content, list) else content or ""


def no_answer(reply: WireAnswer) -> str:
    """Why a reply without choices has none."""
    said = _words(reply.error)
    return f"the reply holds an error: {said}" if said else "the reply has no choices"


def sound(text: str) -> str:
    """`text` itself. Raises `ValueError` when it is half a character, which nothing could store or send on."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("the reply ends or breaks in the middle of a character") from error
    return text


def tool_calls(given: Iterable[WireToolCall], history: Iterable[Message]) -> tuple[ToolCall, ...]:
    """The calls with ids that are unique in the conversation; a missing or repeated one is replaced by a count."""
    taken = {call.id for message in history for call in message.tool_calls}
    free = (name for number in itertools.count(1) if (name := f"call_{number}") not in taken)
    calls = []
    for call in given:
        call_id = call.id if call.id and call.id not in taken else next(free)
        taken.add(call_id)
        calls.append(ToolCall(call_id, sound(call.function.name), sound(_raw(call.function.arguments))))
    return tuple(calls)


def _raw(arguments: str | JsonObject | None) -> str:
    return dumps(arguments) if isinstance(arguments, dict) else arguments or ""


def finish_reason(given: str | None, called: bool) -> FinishReason:
    """Some servers end a reply of tool calls with "stop", or with nothing."""
    reason = FINISH.get(given or "", "other")
    return "tool_calls" if called and reason in ("stop", "other") else reason


def usage_of(reply: WireAnswer, config: LLMConfig) -> Usage:
    """The counted tokens of one call. No prompt is empty, so without prompt tokens nothing was counted."""
    prompt = (reply.usage and reply.usage.prompt_tokens) or 0
    completed = (reply.usage and reply.usage.completion_tokens) or 0
    price = _price(config, reply.model) if prompt else None
    return Usage(prompt, completed, calls=1, cost_usd=price.cost_usd(prompt, completed) if price else None)


def _price(config: LLMConfig, answered_by: str | None) -> Price | None:
    """As configured, else the list price. A deployment with a name of its own still says which model answered."""
    if config.price_per_million:
        return Price(config.price_per_million.prompt, config.price_per_million.completion)
    return price_of(config.model) or price_of(answered_by or "")


def problem(body: bytes) -> str:
    """What a refused call's body says is wrong: the provider's message, else the text as it came."""
    try:
        found = msgspec.json.decode(body, type=WireProblem)
    except UNREADABLE:
        return body.decode("utf-8", "replace")
    said = _words(found.error) or found.message or (str(found.detail) if found.detail else "")
    return said or body.decode("utf-8", "replace")


def _words(error: WireError | str | None) -> str:
    return (error.message or "") if isinstance(error, WireError) else error or ""
