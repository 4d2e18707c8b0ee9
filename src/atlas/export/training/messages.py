"""Format `messages`: one conversation a row, as TRL's SFT trainer and Hugging Face data sets read it."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.core.group import Group
from atlas.core.json import JsonObject
from atlas.core.wire_messages import chat_messages, wire_tools
from atlas.export.training.member import origin, reward_parts, token_lists


def messages_rows(group: Group) -> Iterator[JsonObject]:
    """One row a member: `messages`, `tools`, the score with its parts, token ids, masks, and its origin."""
    for member in group.members:
        tokens, masks = token_lists(member)
        yield {
            "messages": chat_messages(member.messages),
            "tools": wire_tools(group.tools),
            "score": member.score,
            "reward_parts": reward_parts(member),
            "tokens": tokens,
            "masks": masks,
            "rollout_id": member.rollout_id,
            **origin(group),
        }
