"""A trainer's group: the form in which trainers read a group, with the keys of the trajectory protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import isfinite
from typing import TypeVar

from atlas.core.group import Group, TokenIds
from atlas.core.json import JsonObject, JsonValue
from atlas.core.wire_messages import wire_messages

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TrainerGroup:
    """One item a sequence in every list; what is unknown is None, never an empty list.

    `tokens` and `masks` hold empty lists for sequences that are not tokenised. `messages` are chat messages as
    JSON; others than we send them too, so that they may hold anything.
    """

    tokens: list[list[int]]
    masks: list[list[int]]
    scores: list[float]
    advantages: list[list[float]] | None = None
    ref_logprobs: list[list[float]] | None = None
    messages: list[JsonValue] | None = None
    generation_params: JsonObject | None = None
    inference_logprobs: list[list[float]] | None = None
    overrides: list[JsonObject] | None = None
    group_overrides: JsonObject | None = None
    images: JsonValue = None
    env_id: int | None = None
    distill_token_ids: list[list[list[int]]] | None = None
    distill_logprobs: list[list[list[float]]] | None = None


TRAINER_KEYS = tuple(each.name for each in fields(TrainerGroup))
_A_TOKEN = ("masks", "advantages", "ref_logprobs", "inference_logprobs", "distill_token_ids", "distill_logprobs")
_NUMBERS = ("advantages", "ref_logprobs", "inference_logprobs", "distill_logprobs")


def trainer_group(group: Group, env_id: int | None = None) -> TrainerGroup:
    """The members of a group in the trainer's form; failed rollouts have no place in it."""
    ids = [member.ids for member in group.members]
    tokenised = [each or TokenIds((), ()) for each in ids]
    overrides = [member.overrides for member in group.members]
    said = [wire_messages(member.messages) for member in group.members]
    return TrainerGroup(
        tokens=[list(each.tokens) for each in tokenised],
        masks=[list(each.masks) for each in tokenised],
        scores=list(group.scores),
        advantages=_all([each.advantages for each in tokenised]),
        ref_logprobs=_all([each.ref_logprobs for each in tokenised]),
        messages=said if any(said) else None,
        generation_params=group.generation_params or None,
        inference_logprobs=_all([each.inference_logprobs for each in tokenised]),
        overrides=overrides if any(overrides) else None,
        group_overrides=group.group_overrides or None,
        images=group.images,
        env_id=env_id,
        distill_token_ids=_nested([each.distill_token_ids for each in tokenised]),
        distill_logprobs=_nested([each.distill_logprobs for each in tokenised]),
    )


def check_trainer_group(group: TrainerGroup) -> None:
    """Whether the lists fit each other. Raises `ValueError` that begins with the key that does not."""
    for key in TRAINER_KEYS:
        value = getattr(group, key)
        if isinstance(value, list) and key != "images" and len(value) != len(group.scores):
            raise ValueError(f"{key}: {len(value)} items for {len(group.scores)} scores")
    for key in _A_TOKEN:
        for index, (row, tokens) in enumerate(zip(getattr(group, key) or (), group.tokens, strict=False)):
            if len(row) != len(tokens):
                raise ValueError(f"{key}[{index}]: {len(row)} items for {len(tokens)} tokens")
    _check_finite(group.scores, "scores")
    for key in _NUMBERS:
        _check_finite(getattr(group, key) or (), key)


def _check_finite(values: JsonValue, key: str) -> None:
    for index, value in enumerate(values):
        if isinstance(value, list):
            _check_finite(value, f"{key}[{index}]")
        elif not isfinite(value):
            raise ValueError(f"{key}[{index}]: {value} is no finite number")


def _all(rows: Sequence[tuple[T, ...] | None]) -> list[list[T]] | None:
    """The rows, or None where one is unknown: a trainer cannot read half a list."""
    known = [list(row) for row in rows if row is not None]
    return known if known and len(known) == len(rows) else None


def _nested(rows: Sequence[tuple[tuple[T, ...], ...] | None]) -> list[list[list[T]]] | None:
    known = [[list(best) for best in row] for row in rows if row is not None]
    return known if known and len(known) == len(rows) else None
