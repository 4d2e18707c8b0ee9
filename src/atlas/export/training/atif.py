"""Format `atif`: one trajectory a row in the Agent Trajectory Interchange Format, version 1.8."""

from __future__ import annotations

from collections.abc import Iterator

from atlas import __version__
from atlas.core.group import Group, Member
from atlas.core.json import JsonObject
from atlas.core.messages import Message
from atlas.core.tools import ToolCall
from atlas.core.wire_messages import wire_tools
from atlas.export.training.member import judged, origin, reward_parts, token_lists
from atlas.export.training.stretches import stretches

SCHEMA_VERSION = "ATIF-v1.8"


def atif_rows(group: Group) -> Iterator[JsonObject]:
    """One document a member. What the format has no field for (score, masks) stands in `extra`."""
    for member in group.members:
        steps = _steps(member)
        if not steps:
            continue
        tokens, masks = token_lists(member)
        yield {
            "schema_version": SCHEMA_VERSION,
            "session_id": group.group_id,
            "trajectory_id": member.rollout_id,
            "agent": _agent(group),
            "steps": steps,
            "final_metrics": _final_metrics(member, len(steps)),
            "extra": {
                "score": member.score,
                "reward_parts": reward_parts(member),
                **judged(member),
                "finish_reason": member.finish_reason,
                "tokens": tokens,
                "masks": masks,
                **origin(group),
            },
        }


def _agent(group: Group) -> JsonObject:
    named: JsonObject = {"name": "atlas", "version": __version__}
    if group.model:
        named["model_name"] = group.model
    return {**named, "tool_definitions": wire_tools(group.tools)} if group.tools else named


def _steps(member: Member) -> list[JsonObject]:
    """One step a message; tool results are observations of the step that asked for them."""
    cut = stretches(member)
    produced = {each.message: list(each.produced) for each in cut[0]} if cut else {}
    steps: list[JsonObject] = []
    for index, message in enumerate(member.messages):
        if message.role == "tool" and steps:
            _observe(steps[-1], message)
            continue
        steps.append(_step(len(steps) + 1, message, produced.get(index)))
    return steps


def _step(number: int, message: Message, produced: list[int] | None) -> JsonObject:
    source = {"assistant": "agent", "tool": "system"}.get(message.role, message.role)
    step: JsonObject = {"step_id": number, "source": source, "message": message.content}
    if message.role == "assistant":
        step["llm_call_count"] = 1
    if message.tool_calls:
        step["tool_calls"] = [_call(call) for call in message.tool_calls]
    if produced is not None:
        step["metrics"] = {"completion_tokens": len(produced), "completion_token_ids": produced}
    return step


def _call(call: ToolCall) -> JsonObject:
    """Arguments are an object in this format; the text that the model wrote stands beside it."""
    try:
        arguments = call.parsed()
    except ValueError:
        arguments = {}
    return {
        "tool_call_id": call.id,
        "function_name": call.name,
        "arguments": arguments,
        "extra": {"arguments_text": call.arguments},
    }


def _observe(step: JsonObject, message: Message) -> None:
    asked = {call["tool_call_id"] for call in step.get("tool_calls", ())}
    result: JsonObject = {"content": message.content}
    if message.tool_call_id in asked:
        result["source_call_id"] = message.tool_call_id
    elif message.tool_call_id is not None:
        result["extra"] = {"tool_call_id": message.tool_call_id}
    step.setdefault("observation", {"results": []})["results"].append(result)


def _final_metrics(member: Member, steps: int) -> JsonObject:
    metrics: JsonObject = {
        "total_prompt_tokens": member.usage.prompt_tokens,
        "total_completion_tokens": member.usage.completion_tokens,
        "total_steps": steps,
        "extra": {"calls": member.usage.calls, "duration_s": member.duration_s},
    }
    if member.usage.cost_usd is not None:
        metrics["total_cost_usd"] = member.usage.cost_usd
    return metrics
