"""A model behind plain completions: it reads the byte tokenizer's ChatML and plays the scripted student."""

from __future__ import annotations

import re

from atlas.core.json import JsonObject, dumps, loads_object
from tests.e2e.scripted_server import play
from tests.model_server import Reply

_BLOCK = re.compile(r"<\|im_start\|>(\w+)\n(.*?)<\|im_end\|>\n", re.DOTALL)
_CALL = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)


def complete(body: JsonObject) -> Reply:
    """The scripted student's reply to the conversation in the prompt, its calls as markup."""
    prompt: str = body["prompt"]
    assert prompt.endswith("<|im_start|>assistant\n")
    blocks = _BLOCK.findall(prompt)
    tools = [loads_list(text) for role, text in blocks if role == "tools"]
    asked = {"model": "student-model", "messages": _messages(blocks), "seed": body.get("seed")}
    reply = play(asked | ({"tools": tools[0]} if tools else {}))
    calls = "".join(_marked(call.name, call.arguments) for call in reply.tool_calls)
    return Reply(reply.text + calls, usage=reply.usage)


def loads_list(text: str) -> list[JsonObject]:
    found: list[JsonObject] = loads_object(f'{{"tools": {text}}}')["tools"]
    return found


def _marked(name: str, arguments: str) -> str:
    # Spaced otherwise than any template spaces it: what counts is what was said.
    return f'<tool_call>{{"name":  {dumps(name)}, "arguments": {arguments}}}</tool_call>'


def _messages(blocks: list[tuple[str, str]]) -> list[JsonObject]:
    wire: list[JsonObject] = []
    waiting: list[str] = []
    for role, text in blocks:
        if role == "tool":
            wire.append({"role": role, "content": text, "tool_call_id": waiting.pop(0)})
        elif role == "assistant":
            calls = [_call(f"c{len(wire)}_{n}", loads_object(each)) for n, each in enumerate(_CALL.findall(text))]
            waiting = [call["id"] for call in calls]
            wire.append({"role": role, "content": _CALL.sub("", text)} | ({"tool_calls": calls} if calls else {}))
        elif role != "tools":
            wire.append({"role": role, "content": text})
    return wire


def _call(call_id: str, function: JsonObject) -> JsonObject:
    return {"id": call_id, "function": {"name": function["name"], "arguments": dumps(function["arguments"])}}
