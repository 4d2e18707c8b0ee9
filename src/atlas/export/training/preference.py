"""Format `preference`: a better and a worse conversation of one task a row, as TRL's DPO trainer reads them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from atlas.core.group import Group, Member
from atlas.core.json import JsonObject
from atlas.core.messages import Message
from atlas.core.wire_messages import chat_messages, wire_tools
from atlas.export.training.member import origin, reward_parts, token_lists


def preference_rows(group: Group) -> Iterator[JsonObject]:
    """One row a member that is beaten: the best that was asked the same against it, best pairs first.

    `prompt` is what both conversations begin with; `chosen` and `rejected` is how they go on. Members that read
    different system texts (stored sessions, between which a playbook grew) are no two answers to one prompt.
    """
    ranked = sorted(group.members, key=lambda member: -member.score)
    best: dict[tuple[Message, ...], Member] = {}
    for member in ranked:
        best.setdefault(_asked(member), member)
    for worse in reversed(ranked):
        better = best[_asked(worse)]
        if worse.score < better.score:
            yield _pair(group, better, worse)


def _asked(member: Member) -> tuple[Message, ...]:
    """What stands before an assistant first speaks."""
    return tuple(takewhile(lambda message: message.role != "assistant", member.messages))


def _pair(group: Group, better: Member, worse: Member) -> JsonObject:
    shared = len(_asked(better))
    return {
        "prompt": chat_messages(better.messages[:shared]),
        "chosen": chat_messages(better.messages[shared:]),
        "rejected": chat_messages(worse.messages[shared:]),
        "tools": wire_tools(group.tools),
        **_side("chosen", better),
        **_side("rejected", worse),
        **origin(group),
    }


def _side(name: str, member: Member) -> JsonObject:
    tokens, masks = token_lists(member)
    return {
        f"{name}_score": member.score,
        f"{name}_reward_parts": reward_parts(member),
        f"{name}_tokens": tokens,
        f"{name}_masks": masks,
        f"{name}_rollout_id": member.rollout_id,
    }
