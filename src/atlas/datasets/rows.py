"""A strict row: one line of a JSON-lines file as a noun, with the place of whatever does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from atlas.core.json import JsonObject, JsonValue, from_json, loads_object, to_json
from atlas.errors import DatasetError

T = TypeVar("T")


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Line numbers and texts of the non-blank lines. Raises `DatasetError` for a file that gives none."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DatasetError("there is no such file; check the path", path=path) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"cannot be read as UTF-8 text ({error})", path=path) from error
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise DatasetError("the file is empty; expected one JSON object a line", path=path)
    return iter(lines)


def parse_row(kind: type[T], text: str | bytes, path: Path | str, line: int) -> T:
    """The line as a `kind`: every key known, none missing, every type right. Raises `DatasetError` otherwise."""
    raw = parse_object(text, path, line)
    try:
        noun = from_json(kind, raw)
    except ValueError as error:
        key, reason = _place(str(error))
        raise DatasetError(reason, path=path, line=line, key=key or None) from error
    for key in _unknown_keys(raw, to_json(noun)):
        raise DatasetError("unknown key, remove it", path=path, line=line, key=key)
    return noun


def parse_object(text: str | bytes, path: Path | str, line: int) -> JsonObject:
    """The line as a JSON object. Raises `DatasetError` when it is none."""
    try:
        return loads_object(text)
    except ValueError as error:
        raise DatasetError(f"not a JSON object ({error})", path=path, line=line) from error


def _place(message: str) -> tuple[str, str]:
    """The converter's message as dotted key and reason."""
    reason, _, where = message.partition(" - at `")
    key = re.sub(r"\[(\w*|\.\.\.)\]", r".\1", where.rstrip("`").removeprefix("$")).strip(".")
    missing = re.search(r"missing required field `(\w+)`", reason)
    if missing:
        return ".".join(filter(None, (key, missing[1]))), "missing key, add it"
    return key, reason


def _unknown_keys(raw: JsonValue, known: JsonValue, key: str = "") -> Iterator[str]:
    """Dotted keys of `raw` that the noun did not keep."""
    if isinstance(raw, dict):
        for name, value in raw.items():
            inner = f"{key}.{name}".strip(".")
            if name not in known:
                yield inner
            else:
                yield from _unknown_keys(value, known[name], inner)
    elif isinstance(raw, list):
        for number, (value, kept) in enumerate(zip(raw, known, strict=True)):
            yield from _unknown_keys(value, kept, f"{key}.{number}")
