"""Format `verifiers`: one trace a row, a chain of message nodes with their tokens, as that library has it (v1)."""

from __future__ import annotations

from collections.abc import Iterator

from atlas import __version__
from atlas.core.group import NO_LOSS, FailedMember, Group, Member
from atlas.core.json import JsonObject
from atlas.core.messages import Message, Usage
from atlas.export.training.member import judged, origin
from atlas.export.training.stretches import stretches

TRACE_VERSION = 1


def verifiers_rows(group: Group) -> Iterator[JsonObject]:
    """One trace a member, then one a rollout that failed: it has an error and no reward."""
    for member in group.members:
        nodes = _nodes(group, member.messages)
        _add_tokens(nodes, member)
        yield {
            **_head(group, member.rollout_id, nodes, member.duration_s),
            "info": {"atlas": {**origin(group), **judged(member)}},
            "rewards": _rewards(member),
            "metrics": {"score": member.score, "duration_s": member.duration_s},
            "calls": _calls(group, member.usage, nodes),
            "extra_usage": [_usage(member.reasoning.usage)] if member.reasoning else [],
            "stop_condition": member.finish_reason,
            "is_completed": True,
            "ok": True,
            "errors": [],
        }
    for failed in group.failures:
        nodes = _nodes(group, failed.messages)
        yield {
            **_head(group, failed.rollout_id, nodes, failed.duration_s),
            "info": {"atlas": origin(group)},
            **_failed(failed),
            "calls": _calls(group, failed.usage, nodes),
        }


def _head(group: Group, rollout_id: str, nodes: list[JsonObject], duration_s: float) -> JsonObject:
    return {
        "version": TRACE_VERSION,
        "id": rollout_id,
        # The producer, which is not that library.
        "verifiers": {"version": f"atlas-{__version__}", "commit": None},
        "task": {"type": group.environment or "Task", "data": _task(group, nodes), "key": group.task_id or None},
        "agent": {"config": {"model": group.model or None}, "name": "student", "trainable": True},
        "tools": _tools(group),
        "nodes": nodes,
        # A group does not say when; without a start that library takes the moment at which it reads the row.
        "timing": {"start": 0.0, "agent": {"start": 0.0, "end": duration_s}},
    }


def _task(group: Group, nodes: list[JsonObject]) -> JsonObject:
    prompt = [node["message"]["content"] for node in nodes if node["message"]["role"] == "user"][:1]
    return {"name": group.task_id or None, "prompt": prompt[0] if prompt else None}


def _tools(group: Group) -> list[JsonObject]:
    return [
        {"type": "function", "name": each.name, "description": each.description, "parameters": each.parameters}
        for each in group.tools
    ]


def _nodes(group: Group, messages: tuple[Message, ...]) -> list[JsonObject]:
    """A chain: each message hangs on the one before it."""
    nodes: list[JsonObject] = [
        {
            "parent": index - 1 if index else None,
            "message": _message(message),
            "sampled": message.role == "assistant",
            "timestamp": 0.0,
            "token_ids": [],
            "mask": [],
        }
        for index, message in enumerate(messages)
    ]
    if nodes and group.tools:
        nodes[0]["tools"] = _tools(group)
    return nodes


def _message(message: Message) -> JsonObject:
    row: JsonObject = {"role": message.role, "content": message.content}
    if message.role == "tool":
        row["tool_call_id"] = message.tool_call_id or ""
    if message.tool_calls:
        row["tool_calls"] = [
            {"id": call.id, "type": "function", "name": call.name, "arguments": call.arguments}
            for call in message.tool_calls
        ]
    return row


def _add_tokens(nodes: list[JsonObject], member: Member) -> None:
    """What the model read before a message stands on that message's node; joined they give the whole sequence."""
    if member.ids is None or not nodes:
        return
    cut = stretches(member)
    if cut is None:
        # Which token belongs to which message is not known, but the whole is.
        nodes[-1]["token_ids"] = list(member.ids.tokens)
        nodes[-1]["mask"] = [mask != NO_LOSS for mask in member.ids.masks]
        return
    found, rest = cut
    for each in found:
        nodes[each.message]["token_ids"] = [*each.read, *each.produced]
        nodes[each.message]["mask"] = [*[False] * len(each.read), *[True] * len(each.produced)]
    nodes[-1]["token_ids"] = [*nodes[-1]["token_ids"], *rest]
    nodes[-1]["mask"] = [*nodes[-1]["mask"], *[False] * len(rest)]


def _rewards(member: Member) -> JsonObject:
    """The parts with their weights where they make the score, else the score alone."""
    total = sum(part.score * part.weight for part in member.parts)
    if member.parts and abs(total - member.score) < 1e-9:
        return {part.name: {"score": part.score, "weight": part.weight} for part in member.parts}
    return {"score": {"score": member.score, "weight": 1.0}}


def _failed(failed: FailedMember) -> JsonObject:
    failure = failed.failure
    return {
        "rewards": {},
        "metrics": {"duration_s": failed.duration_s},
        "stop_condition": "error",
        "is_completed": False,
        "ok": False,
        "errors": [{"type": failure.kind, "message": f"{failure.boundary}: {failure.message}"}],
    }


def _calls(group: Group, usage: Usage, nodes: list[JsonObject]) -> list[JsonObject]:
    """All model calls of the rollout as one record: how much each of them took is not in a group."""
    if not usage.calls:
        return []
    own = [index for index, node in enumerate(nodes) if node["sampled"]]
    return [
        {
            "node": own[-1] if own else None,
            "model": group.model or None,
            "usage": _usage(usage),
        }
    ]


def _usage(usage: Usage) -> JsonObject:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost": usage.cost_usd,
    }
