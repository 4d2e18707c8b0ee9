"""Format `preference`: a better and a worse conversation of one task a row, as TRL's DPO trainer reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from atlas.core.group import Group, Member
from atlas.core.json import JsonObject
from atlas.core.messages import Message
from atlas.core.wire_messages import chat_messages, wire_tools
from atlas.export.training.member import origin, reward_parts, token_lists


def preference_rows(group: Group) -> Iterator[JsonObject]:
    """One row a member that is beaten: the best of the group against it, best pairs first.

    `prompt` is what both conversations begin with; `chosen` and `rejected` is how they go on.
    """
    ranked = sorted(group.members, key=lambda member: -member.score)
    for worse in reversed(ranked[1:]):
        if worse.score < ranked[0].score:
            yield _pair(group, ranked[0], worse)


def shared_prompt(one: Sequence[Message], other: Sequence[Message]) -> int:
    """How many messages two conversations have in common before an assistant first speaks."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1] and pair[0].role != "assistant", pairs))


def _pair(group: Group, better: Member, worse: Member) -> JsonObject:
    shared = shared_prompt(better.messages, worse.messages)
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
