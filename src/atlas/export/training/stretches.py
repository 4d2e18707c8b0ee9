"""Stretches: the token ids of a conversation, cut where an assistant's message ends."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.group import NO_LOSS, Member, TokenIds


@dataclass(frozen=True, slots=True)
class Stretch:
    """The tokens of one assistant's message: what the model read since the last one, then what it produced."""

    message: int
    read: tuple[int, ...]
    produced: tuple[int, ...]


def stretches(member: Member) -> tuple[tuple[Stretch, ...], tuple[int, ...]] | None:
    """One stretch an assistant's message, and the tokens after the last one.

    None where the ids do not say which tokens belong to which message: there are none, or not as many runs of
    produced tokens as messages of an assistant.
    """
    own = [index for index, message in enumerate(member.messages) if message.role == "assistant"]
    runs = _runs(member.ids) if member.ids else []
    if not runs or len(runs) != len(own):
        return None
    assert member.ids is not None
    tokens, at = member.ids.tokens, 0
    found = []
    for message, (start, end) in zip(own, runs, strict=True):
        found.append(Stretch(message, tokens[at:start], tokens[start:end]))
        at = end
    return tuple(found), tokens[at:]


def _runs(ids: TokenIds) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for index, mask in enumerate((*ids.masks, NO_LOSS)):
        if mask != NO_LOSS and start is None:
            start = index
        elif mask == NO_LOSS and start is not None:
            runs.append((start, index))
            start = None
    return runs
