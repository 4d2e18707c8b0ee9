"""JSON as PostgreSQL stores it: JSONB refuses what JSON allows, and nothing finished may be lost to that.

JSONB cannot hold the character U+0000, which a model may well produce. It is stored as two private characters and
comes back as it was. What is no Unicode (a lone surrogate) or no number of 64 bits is stored as near as possible.
"""

from __future__ import annotations

import re

import orjson
from psycopg.types.json import Jsonb

from atlas.core.json import JsonValue, to_json

_ESCAPE = "\ue000"
_NUL_ESCAPED = f"{_ESCAPE}0"
_ESCAPE_ESCAPED = f"{_ESCAPE}1"
# In JSON text a NUL is `\u0000`, unless its backslash is itself escaped: then the pair before it matches first.
_UNSTORABLE = re.compile(rf"\\\\|\\u0000|{_ESCAPE}")
_STORED = {r"\u0000": _NUL_ESCAPED, _ESCAPE: _ESCAPE_ESCAPED}


def jsonb(value: object) -> Jsonb:
    """A noun, or plain JSON, as a parameter of a statement."""
    return Jsonb(value, dumps=encode)


def encode(value: object) -> bytes:
    """The JSON text that is sent to PostgreSQL."""
    plain = to_json(value)
    try:
        text = orjson.dumps(plain)
    except orjson.JSONEncodeError:
        text = orjson.dumps(_nearest(plain))
    if rb"\u0000" not in text and _ESCAPE.encode() not in text:
        return text
    return _UNSTORABLE.sub(lambda found: _STORED.get(found[0], found[0]), text.decode()).encode()


def decode(text: str | bytes) -> JsonValue:
    """What `encode` was given, as plain JSON values."""
    stored = text if isinstance(text, bytes) else text.encode()
    if _ESCAPE.encode() in stored:
        restored = stored.decode().replace(_NUL_ESCAPED, r"\u0000").replace(_ESCAPE_ESCAPED, _ESCAPE)
        stored = restored.encode()
    return orjson.loads(stored)


def plain_text(text: str) -> str:
    """`text` as a column of type text can hold it; unlike JSONB such columns are for people, not for rebuilding."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def _nearest(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {_nearest(key): _nearest(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_nearest(item) for item in value]
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return float(value)
    return value
