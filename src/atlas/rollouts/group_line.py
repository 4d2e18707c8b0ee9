"""The line of a group: the trainer's keys, and under `atlas` what a trainer does not read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec
import orjson

from atlas.core.group import FailedMember, Group, Member, ReasoningGrade, TokenIds
from atlas.core.json import JsonObject, from_json, loads_object, to_json
from atlas.core.messages import FinishReason, Usage
from atlas.core.tasks import TaskId
from atlas.core.tools import ToolSpec
from atlas.core.trainer_group import TRAINER_KEYS, TrainerGroup, check_trainer_group, trainer_group
from atlas.core.verdicts import RewardPart
from atlas.core.wire_messages import read_messages

T = TypeVar("T")
DETAILS = "atlas"


@dataclass(frozen=True, slots=True)
class MemberDetails:
    """What a trainer does not read of a member."""

    rollout_id: str
    parts: tuple[RewardPart, ...] = ()
    usage: Usage = field(default_factory=Usage)
    finish_reason: FinishReason = "stop"
    duration_s: float = 0.0
    reasoning: ReasoningGrade | None = None


@dataclass(frozen=True, slots=True)
class GroupDetails:
    """What a trainer does not read of a group."""

    group_id: str
    task_id: TaskId
    environment: str
    model: str
    members: tuple[MemberDetails, ...]
    failures: tuple[FailedMember, ...] = ()
    simulated: bool = False
    tools: tuple[ToolSpec, ...] = ()


def group_line(group: Group) -> bytes:
    """A group as one line of JSON, its line break included. Raises `ValueError` for numbers that JSON has not."""
    trainer = trainer_group(group)
    check_trainer_group(trainer)
    details = GroupDetails(
        group.group_id,
        group.task_id,
        group.environment,
        group.model,
        tuple(
            MemberDetails(
                each.rollout_id, each.parts, each.usage, each.finish_reason, each.duration_s, each.reasoning
            )
            for each in group.members
        ),
        group.failures,
        group.simulated,
        group.tools,
    )
    return orjson.dumps({**to_json(trainer), DETAILS: to_json(details)}, option=orjson.OPT_APPEND_NEWLINE)


def parse_trainer_group(line: bytes) -> TrainerGroup:
    """The trainer's part of a line, ours or another's; other keys are skipped.

    Raises `ValueError` that begins with the key that is wrong.
    """
    return _trainer_group(_object(line))


def parse_group(line: bytes, name: str) -> Group:
    """The group of a line. Where it says nothing of the group itself, as another's, `name` becomes its id.

    Raises `ValueError` that begins with the key that is wrong.
    """
    row = _object(line)
    trainer = _trainer_group(row)
    details = _details(row) or _unknown(trainer, name)
    if len(details.members) != len(trainer.scores):
        raise ValueError(f"{DETAILS}.members: {len(details.members)} items for {len(trainer.scores)} scores")
    return Group(
        details.group_id,
        details.task_id,
        details.environment,
        details.model,
        tuple(_member(trainer, index, each) for index, each in enumerate(details.members)),
        details.failures,
        details.simulated,
        details.tools,
        trainer.generation_params or {},
        trainer.group_overrides or {},
        trainer.images,
    )


def parse_details(line: bytes) -> GroupDetails | None:
    """What a trainer does not read of a line, None where it says nothing of it. Raises `ValueError`."""
    return _details(_object(line))


def _object(line: bytes) -> JsonObject:
    try:
        return loads_object(line)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"this is no JSON ({error})") from error


def _trainer_group(row: JsonObject) -> TrainerGroup:
    known = {key: row[key] for key in TRAINER_KEYS if row.get(key) is not None}
    try:
        # Others write 1.0 and "1" for 1; the protocol takes both.
        group = msgspec.convert(known, TrainerGroup, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    group = replace(group, **_without_empty(group))
    check_trainer_group(group)
    return group


def _without_empty(group: TrainerGroup) -> JsonObject:
    """Some write an empty list for what they do not know."""
    optional = ("advantages", "ref_logprobs", "messages", "inference_logprobs", "overrides")
    empty: JsonObject = {key: None for key in optional if group.scores and getattr(group, key) == []}
    untokenised: list[list[int]] = [[] for _ in group.scores]
    return empty | {key: untokenised for key in ("tokens", "masks") if getattr(group, key) == []}


def _unknown(trainer: TrainerGroup, name: str) -> GroupDetails:
    members = tuple(MemberDetails(f"{name}/{index}") for index in range(len(trainer.scores)))
    return GroupDetails(name, TaskId(""), "", "", members)


def _details(row: JsonObject) -> GroupDetails | None:
    if row.get(DETAILS) is None:
        return None
    try:
        return from_json(GroupDetails, row[DETAILS])
    except ValueError as error:
        raise ValueError(f"{DETAILS}: {error}") from error


def _member(trainer: TrainerGroup, index: int, details: MemberDetails) -> Member:
    try:
        messages = read_messages(trainer.messages[index]) if trainer.messages else ()
    except ValueError as error:
        raise ValueError(f"messages[{index}]{error}") from error
    return Member(
        details.rollout_id,
        messages,
        trainer.scores[index],
        details.parts,
        details.usage,
        details.finish_reason,
        details.duration_s,
        _ids(trainer, index) if trainer.tokens[index] else None,
        trainer.overrides[index] if trainer.overrides else {},
        details.reasoning,
    )


def _ids(trainer: TrainerGroup, index: int) -> TokenIds:
    return TokenIds(
        tuple(trainer.tokens[index]),
        tuple(trainer.masks[index]),
        _row(trainer.advantages, index),
        _row(trainer.ref_logprobs, index),
        _row(trainer.inference_logprobs, index),
        _nested(trainer.distill_token_ids, index),
        _nested(trainer.distill_logprobs, index),
    )


def _row(rows: list[list[T]] | None, index: int) -> tuple[T, ...] | None:
    return tuple(rows[index]) if rows else None


def _nested(rows: list[list[list[T]]] | None, index: int) -> tuple[tuple[T, ...], ...] | None:
    return tuple(tuple(best) for best in rows[index]) if rows else None
