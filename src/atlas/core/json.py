"""JSON and our nouns: the one conversion between them, used by storage, export and rollouts."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar, cast

import msgspec
import orjson

# A recursive alias cannot be decoded by msgspec, so the leaves are Any; values are always plain JSON.
JsonValue: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]

T = TypeVar("T")


def to_json(value: object) -> JsonValue:
    """A noun (frozen dataclass), or any nesting of them, as plain JSON values."""
    return msgspec.to_builtins(value, str_keys=True)


def from_json(kind: type[T], value: JsonValue) -> T:
    """Rebuild a noun from what `to_json` gave. Raises `ValueError` naming the field that does not fit."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def dumps(value: object) -> str:
    """Compact JSON text with sorted keys: equal values give equal bytes."""
    return orjson.dumps(to_json(value), option=orjson.OPT_SORT_KEYS).decode()


def loads_object(text: str | bytes) -> JsonObject:
    """Parse JSON text that must be an object. Raises `ValueError` with the reason otherwise."""
    value = orjson.loads(text)
    if not isinstance(value, dict):
        raise ValueError(f"expected a JSON object, got {type(value).__name__}")
    return cast(JsonObject, value)


def reply_as(kind: type[T], text: str) -> T:
    """A model's JSON reply as `kind`. Raises `ValueError` with the reason.

    Models like to wrap JSON in a Markdown fence, which carries nothing and is dropped. Nothing else is repaired.
    """
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    try:
        return msgspec.json.decode(bare, type=kind)
    except RecursionError as error:
        raise ValueError("the reply is not the JSON object that was asked for (nested too deeply)") from error
    except msgspec.DecodeError as error:
        raise ValueError(f"the reply is not the JSON object that was asked for ({error})") from error
