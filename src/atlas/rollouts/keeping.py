"""Keeping: whether a group that was played goes to the trainer, and the reason where it does not."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.group import Group


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a group must be like. `most_tokens` is of its longest sequence; None leaves the length free."""

    group_size: int
    scores_must_differ: bool
    most_tokens: int | None = None

    def refusal(self, group: Group) -> str | None:
        """Why the group is left out, None for one that is kept.

        Groups of one trajectory are not compared with anything, so equal scores are no reason against them.
        """
        if self.scores_must_differ and self.group_size > 1 and group.equal_scores:
            return "all scores are equal" if len(group.members) > 1 else "only one trajectory has a score"
        longest = max((len(member.ids.tokens) for member in group.members if member.ids), default=0)
        if self.most_tokens is not None and longest > self.most_tokens:
            return f"a sequence has {longest} tokens, more than {self.most_tokens}"
        return None
