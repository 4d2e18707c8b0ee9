"""A group on the wire: the 14 keys of the protocol, read leniently, checked strictly, written in one form."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec

from atlas.core.json import JsonValue
from atlas.rollouts.api.refusal import Place, Refusal

# What a column of type bigint holds.
EnvId = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
DIGEST_BYTES = 16
_FAULT = re.compile(r"(?P<reason>.*) - at `\$(?P<path>.*)`", re.DOTALL)
_PATH = re.compile(r"\.(\w+)|\[(\d+)\]")

T = TypeVar("T")


class WireGroup(msgspec.Struct):
    """A group as it is posted and as it is handed out: the keys in this order, what is absent as null."""

    tokens: list[list[int]]
    masks: list[list[int]]
    scores: list[float]
    advantages: list[list[float]] | None = None
    ref_logprobs: list[list[float]] | None = None
    messages: list[list[dict[str, Any]]] | None = None
    generation_params: dict[str, Any] | None = None
    inference_logprobs: list[list[float]] | None = None
    overrides: list[dict[str, Any]] | None = None
    group_overrides: dict[str, Any] | None = None
    images: Any = None
    env_id: EnvId | None = None
    distill_token_ids: list[list[list[int]]] | None = None
    distill_logprobs: list[list[list[float]]] | None = None


KEYS = WireGroup.__struct_fields__


@dataclass(frozen=True, slots=True)
class CheckedGroup:
    """A group that trainers can use. `body` is the JSON that they will get."""

    env_id: int | None
    sequences: int
    body: bytes
    digest: bytes


# Not strict: 1.0 and "1" are integers, "2" is a float, as clients of the protocol are used to.
_ONE = msgspec.json.Decoder(WireGroup, strict=False)
_MANY = msgspec.json.Decoder(list[WireGroup], strict=False)


def read_group(body: bytes) -> CheckedGroup:
    """The group in a request. Raises `Refusal` with the place and the reason."""
    return _checked(_decoded(_ONE.decode, body), ())


def read_groups(body: bytes) -> list[CheckedGroup]:
    """The groups in a request, all of them or none. Raises `Refusal` with the place and the reason."""
    return [_checked(group, (number,)) for number, group in enumerate(_decoded(_MANY.decode, body))]


def _decoded(decode: Callable[[bytes], T], body: bytes) -> T:
    try:
        return decode(body)
    except RecursionError as error:
        raise Refusal(422, "nested too deeply") from error
    except msgspec.ValidationError as error:
        reason, place = _fault(str(error))
        raise Refusal(422, reason, place=place) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if place := _place_of_nan(body):
            raise Refusal(422, "not a finite number; a trainer cannot use it", place=place) from error
        raise Refusal(422, str(error)) from error


def _fault(message: str) -> tuple[str, Place]:
    found = _FAULT.fullmatch(message)
    if not found:
        return message, ()
    return found["reason"], [name or int(number) for name, number in _PATH.findall(found["path"])]


def _place_of_nan(body: bytes) -> Place:
    """Where the NaN or Infinity is that is no JSON, though Python writes it; nothing when that is not the fault."""
    try:
        return next(_not_finite(json.loads(body), ()), ())
    except (ValueError, RecursionError):
        return ()


def _not_finite(value: JsonValue, place: tuple[str | int, ...]) -> Iterator[Place]:
    if isinstance(value, float) and not math.isfinite(value):
        yield place
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _not_finite(item, (*place, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _not_finite(item, (*place, number))


def _checked(group: WireGroup, place: tuple[str | int, ...]) -> CheckedGroup:
    try:
        _check_shape(group)
        _check_numbers(group)
        _check_messages(group)
    except Refusal as fault:
        raise Refusal(422, fault.reason, place=(*place, *fault.place)) from None
    body = msgspec.json.encode(group)
    digest = hashlib.sha256(body).digest()[:DIGEST_BYTES]
    return CheckedGroup(group.env_id, len(group.tokens), body, digest)


def _check_shape(group: WireGroup) -> None:
    """Every list of the group has an entry a sequence, and every list a token one a token.

    An empty list stands for a field that is absent: existing environments send it so.
    """
    lengths = [len(row) for row in group.tokens]
    if not lengths:
        raise Refusal(422, "a group needs at least one sequence", place=["tokens"])
    if 0 in lengths:
        raise Refusal(422, "a sequence needs at least one token", place=["tokens", lengths.index(0)])
    _check_count("masks", group.masks, lengths)
    _check_count("scores", group.scores, lengths)
    for name in ("overrides", "messages"):
        _check_count(name, getattr(group, name) or lengths, lengths)
    _check_rows("masks", group.masks, lengths)
    for name in ("ref_logprobs", "inference_logprobs", "distill_token_ids", "distill_logprobs"):
        if rows := getattr(group, name):
            _check_rows(name, rows, lengths)
    # One advantage may stand for a whole sequence.
    if group.advantages and any(len(row) != 1 for row in group.advantages):
        _check_rows("advantages", group.advantages, lengths)
    elif group.advantages:
        _check_count("advantages", group.advantages, lengths)
    _check_candidates(group.distill_token_ids, group.distill_logprobs)


def _check_count(name: str, rows: Sequence[object], lengths: Sequence[int]) -> None:
    if len(rows) != len(lengths):
        raise Refusal(422, f"{len(rows)} entries for {len(lengths)} sequences of tokens", place=[name])


def _check_rows(name: str, rows: Sequence[Sequence[object]], lengths: Sequence[int]) -> None:
    _check_count(name, rows, lengths)
    for number, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        if len(row) != length:
            raise Refusal(422, f"{len(row)} entries for {length} tokens", place=[name, number])


def _check_candidates(ids: list[list[list[int]]] | None, logprobs: list[list[list[float]]] | None) -> None:
    """The two fields of distillation speak of the same candidates."""
    for number, (id_row, logprob_row) in enumerate(zip(ids or (), logprobs or (), strict=False)):
        if [len(each) for each in id_row] != [len(each) for each in logprob_row]:
            raise Refusal(
                422, "not as many logprobs as token ids at every position", place=["distill_logprobs", number]
            )


def _check_numbers(group: WireGroup) -> None:
    # "nan" in quotes is a float to the lenient decoder, and JSON has no form for it to leave in.
    _check_finite(group.scores, ("scores",))
    for name in ("advantages", "ref_logprobs", "inference_logprobs"):
        for number, row in enumerate(getattr(group, name) or ()):
            _check_finite(row, (name, number))
    for number, rows in enumerate(group.distill_logprobs or ()):
        for position, row in enumerate(rows):
            _check_finite(row, ("distill_logprobs", number, position))


def _check_finite(row: Sequence[float], place: Place) -> None:
    # The sum is finite for every row but the rare one, and quick.
    if math.isfinite(sum(row)):
        return
    for number, value in enumerate(row):
        if not math.isfinite(value):
            raise Refusal(422, "not a finite number; a trainer cannot use it", place=[*place, number])


def _check_messages(group: WireGroup) -> None:
    for number, sequence in enumerate(group.messages or ()):
        for position, message in enumerate(sequence):
            for key in ("role", "content"):
                if key not in message:
                    raise Refusal(422, f"a message needs {key}", place=["messages", number, position])
