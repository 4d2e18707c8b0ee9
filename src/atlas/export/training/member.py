"""What every format says of a member: where it came from, its score, its tokens."""

from __future__ import annotations

from atlas.core.group import Group, Member
from atlas.core.json import JsonObject, to_json


def origin(group: Group) -> JsonObject:
    """Where a row came from."""
    return {
        "group_id": group.group_id,
        "task_id": group.task_id,
        "environment": group.environment,
        "model": group.model,
        "simulated": group.simulated,
    }


def reward_parts(member: Member) -> list[JsonObject]:
    """What the score of a member was made of."""
    return [{"name": part.name, "score": part.score, "weight": part.weight} for part in member.parts]


def judged(member: Member) -> JsonObject:
    """What a judge said of the reasoning, as key `reasoning`; nothing where none was asked."""
    return {"reasoning": to_json(member.reasoning)} if member.reasoning else {}


def token_lists(member: Member) -> tuple[list[int], list[int]]:
    """Token ids and masks of a member, empty where it was not tokenised."""
    return (list(member.ids.tokens), list(member.ids.masks)) if member.ids else ([], [])
