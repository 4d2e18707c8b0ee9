from __future__ import annotations

import msgspec
import pytest

from atlas.core.json import JsonObject
from atlas.core.messages import ChatRequest, Completion, FinishReason, Message
from atlas.core.tools import ToolCall, ToolSpec
from atlas.models import wire
from atlas.models.config import LLMConfig, PriceConfig

CONFIG = LLMConfig(model="gpt-4.1", max_output_tokens=64)
LOCAL = LLMConfig(model="m", api_base="http://127.0.0.1:1/v1", max_output_tokens=64)
ASK = ChatRequest((Message("user", "Hi"),))
TOOL = ToolSpec("find", "Find a client.", {"type": "object", "properties": {"name": {"type": "string"}}})


def read(
    message: JsonObject, *, request: ChatRequest = ASK, config: LLMConfig = CONFIG, **rest: object
) -> Completion:
    finish = rest.pop("finish_reason", "stop")
    body = {"choices": [{"message": message, "finish_reason": finish}], **rest}
    return wire.completion(msgspec.convert(body, wire.WireReply), config, request, 0.5)


def test_a_conversation_goes_out_message_by_message() -> None:
    call = ToolCall("c1", "find", '{"name":"Acme"}')
    history = (
        Message("system", "Be brief."),
        Message("user", "Who is Acme?"),
        Message("assistant", "", tool_calls=(call,)),
        Message("tool", '{"id":1}', tool_call_id="c1"),
    )
    function = {"name": "find", "arguments": '{"name":"Acme"}'}
    assert wire.request_body(CONFIG, ChatRequest(history), "gpt-4.1")["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Who is Acme?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c1", "type": "function", "function": function}],
        },
        {"role": "tool", "content": '{"id":1}', "tool_call_id": "c1"},
    ]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("", "{}"),
        ('{"a": 1}', '{"a": 1}'),
        ("{broken", '{"malformed_arguments":"{broken"}'),
        ("[1]", '{"malformed_arguments":"[1]"}'),
    ],
)
def test_arguments_in_the_history_are_always_an_object(given: str, sent: str) -> None:
    said = Message("assistant", "", tool_calls=(ToolCall("c1", "find", given),))
    body = wire.request_body(CONFIG, ChatRequest((said,)), "m")
    assert body["messages"][0]["tool_calls"][0]["function"]["arguments"] == sent


def test_tools_and_the_choice_go_out_together_or_not_at_all() -> None:
    body = wire.request_body(CONFIG, ChatRequest(ASK.messages, tools=(TOOL,), tool_choice="required"), "m")
    assert body["tool_choice"] == "required"
    assert body["tools"] == [
        {
            "type": "function",
            "function": {"name": "find", "description": "Find a client.", "parameters": TOOL.parameters},
        }
    ]
    assert not {"tools", "tool_choice"} & set(wire.request_body(CONFIG, ASK, "m"))


def test_what_is_not_set_is_not_sent() -> None:
    assert set(wire.request_body(LLMConfig(model="m"), ASK, "m")) == {"model", "messages", "temperature"}


def test_a_json_object_can_be_asked_for() -> None:
    body = wire.request_body(CONFIG, ChatRequest(ASK.messages, json_object=True), "m")
    assert body["response_format"] == {"type": "json_object"}


def test_the_request_may_ask_for_another_temperature() -> None:
    warm = ChatRequest(ASK.messages, temperature=0.7)
    assert wire.request_body(CONFIG, warm, "m")["temperature"] == 0.7
    assert "temperature" not in wire.request_body(LLMConfig(model="m", temperature=None), warm, "m")


@pytest.mark.parametrize("model", ["gpt-5-mini", "openai/gpt-5", "o3", "o4-mini-2025-04-16"])
def test_a_reasoning_model_gets_no_sampling_and_its_own_limit(model: str) -> None:
    config = LLMConfig(model=model, api_base=LOCAL.api_base, max_output_tokens=9, top_p=0.5, reasoning_effort="low")
    body = wire.request_body(config, ASK, model)
    assert not {"temperature", "top_p", "max_tokens"} & set(body)
    assert (body["max_completion_tokens"], body["reasoning_effort"]) == (9, "low")
    off = config.model_copy(update={"reasoning_effort": "none"})
    assert wire.request_body(off, ASK, model)["temperature"] == 0.0


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5-chat-latest", "olmo-2", "Qwen/o-something"])
def test_any_other_model_gets_its_sampling(model: str) -> None:
    assert wire.request_body(LLMConfig(model=model), ASK, model)["temperature"] == 0.0


def test_the_limit_is_spelt_as_the_endpoint_knows_it() -> None:
    assert wire.request_body(CONFIG, ASK, "m")["max_completion_tokens"] == 64
    assert wire.request_body(LOCAL, ASK, "m")["max_tokens"] == 64


def test_content_may_come_in_parts() -> None:
    parts = [{"type": "text", "text": "one "}, {"type": "other"}, {"type": "text", "text": "two"}]
    assert read({"content": parts}).message == Message("assistant", "one two")


def test_tool_calls_keep_their_ids_and_their_raw_arguments() -> None:
    calls = [{"id": "a", "function": {"name": "find", "arguments": '{"name": "Ac'}}]
    done = read({"content": None, "tool_calls": calls}, finish_reason="tool_calls")
    assert done.message.tool_calls == (ToolCall("a", "find", '{"name": "Ac'),)
    assert done.finish_reason == "tool_calls"


@pytest.mark.parametrize(("given", "raw"), [({"b": 1, "a": 2}, '{"a":2,"b":1}'), (None, ""), ("", "")])
def test_arguments_become_text(given: object, raw: str) -> None:
    done = read({"tool_calls": [{"id": "a", "function": {"name": "find", "arguments": given}}]})
    assert done.message.tool_calls[0].arguments == raw


def test_missing_and_repeated_ids_are_counted_up_past_the_history() -> None:
    earlier = Message("assistant", "", tool_calls=(ToolCall("call_1", "find", "{}"),))
    calls = [{"id": call_id, "function": {"name": "find"}} for call_id in (None, "", "x", "x", "call_1")]
    request = ChatRequest((earlier, Message("user", "more")))
    ids = [[call.id for call in read({"tool_calls": calls}, request=request).message.tool_calls] for _ in range(2)]
    assert ids[0] == ids[1] == ["call_2", "call_3", "x", "call_4", "call_5"]


@pytest.mark.parametrize(
    ("given", "with_call", "reason"),
    [
        ("stop", False, "stop"),
        ("stop", True, "tool_calls"),
        ("tool_calls", True, "tool_calls"),
        ("function_call", True, "tool_calls"),
        ("length", False, "length"),
        ("length", True, "length"),
        ("content_filter", False, "refusal"),
        (None, False, "other"),
        (None, True, "tool_calls"),
        ("surprise", False, "other"),
    ],
)
def test_finish_reasons(given: str | None, with_call: bool, reason: FinishReason) -> None:
    calls = [{"id": "a", "function": {"name": "find"}}] if with_call else None
    assert read({"content": "x", "tool_calls": calls}, finish_reason=given).finish_reason == reason


def test_a_refusal_is_the_reply() -> None:
    done = read({"content": None, "refusal": "I will not."})
    assert (done.message.content, done.finish_reason) == ("I will not.", "refusal")
    kept_apart = read({"content": None, "provider_specific_fields": {"refusal": "No."}})
    assert (kept_apart.message.content, kept_apart.finish_reason) == ("No.", "refusal")


def test_usage_is_counted_and_priced() -> None:
    usage = read({"content": "x"}, usage={"prompt_tokens": 1000, "completion_tokens": 100}).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.calls) == (1000, 100, 1)
    assert usage.cost_usd == pytest.approx(0.0028)


@pytest.mark.parametrize("given", [None, {}, {"prompt_tokens": None, "completion_tokens": None}])
def test_without_usage_the_call_counts_and_its_cost_is_unknown(given: JsonObject | None) -> None:
    usage = read({"content": "x"}, usage=given).usage
    assert (usage.total_tokens, usage.calls, usage.cost_usd) == (0, 1, None)


def test_the_configured_price_wins_and_a_deployment_is_priced_by_what_answered() -> None:
    counted = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    own = LLMConfig(model="gpt-4.1", price_per_million=PriceConfig(prompt=0.5, completion=0))
    assert read({}, config=own, usage=counted).usage.cost_usd == 0.5
    named = LLMConfig(model="our-deployment")
    assert read({}, config=named, usage=counted, model="gpt-4.1-2025-04-14").usage.cost_usd == 2.0
    assert read({}, config=named, usage=counted).usage.cost_usd is None


def test_the_model_that_answered_is_named() -> None:
    assert read({"content": "x"}, model="gpt-4.1-2025-04-14").model == "gpt-4.1-2025-04-14"
    assert read({"content": "x"}).model == "gpt-4.1"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "no choices"),
        ({"choices": []}, "no choices"),
        ({"error": {"message": "overloaded"}}, "overloaded"),
        ({"error": "overloaded"}, "overloaded"),
        ({"choices": [{"message": {"content": "\ud83d"}}]}, "middle of a character"),
        (
            {"choices": [{"message": {"tool_calls": [{"function": {"name": "f", "arguments": "\ud83d"}}]}}]},
            "middle",
        ),
    ],
)
def test_a_reply_without_an_answer_says_why(body: JsonObject, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        wire.completion(msgspec.convert(body, wire.WireReply), CONFIG, ASK, 0.0)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "bad key", "code": 401}}', "bad key"),
        (b'{"error": "bad key"}', "bad key"),
        (b'{"message": "bad key"}', "bad key"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"detail": [{"msg": "missing"}]}', "[{'msg': 'missing'}]"),
        (b'{"other": 1}', '{"other": 1}'),
        (b"<html>Bad gateway</html>", "<html>Bad gateway</html>"),
        (b"\xff", "�"),
        (b"", ""),
    ],
)
def test_the_providers_words_are_found(body: bytes, said: str) -> None:
    assert wire.problem(body) == said
