"""Advantages: how much better than its group each member was, a number a token."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean, pstdev

from atlas.core.group import NO_LOSS, Group, Member

SMALLEST_SPREAD = 1e-8


def with_advantages(group: Group) -> Group:
    """The group with (score - mean) / population standard deviation at every token that was produced, 0 elsewhere.

    Trainers of the trajectory protocol make the same of the scores themselves, so this is for those which do not.
    The advantages stay None where they say nothing: fewer than two members, all scores equal, or no token ids.
    """
    if group.equal_scores or any(member.ids is None for member in group.members):
        return group
    mean, spread = fmean(group.scores), max(pstdev(group.scores), SMALLEST_SPREAD)
    return replace(
        group, members=tuple(_with_advantage(each, (each.score - mean) / spread) for each in group.members)
    )


def _with_advantage(member: Member, advantage: float) -> Member:
    assert member.ids is not None, "only tokenised members get advantages"
    row = tuple(0.0 if mask == NO_LOSS else advantage for mask in member.ids.masks)
    return replace(member, ids=replace(member.ids, advantages=row))
