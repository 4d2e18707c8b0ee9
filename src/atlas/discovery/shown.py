"""What is shown of a project's own objects: plain JSON, bounded, every cut said."""

from __future__ import annotations

import dataclasses
import enum
import math
from collections.abc import Iterable, Mapping
from typing import Any

from atlas.core.json import JsonValue

MAX_DEPTH = 8
MAX_ITEMS = 200
MAX_TEXT = 8_000
MAX_IN_ALL = 200_000
"""Characters of one value, about: every part of it counts as at least one."""
LARGEST = 2**63


def shown(value: Any) -> JsonValue:
    """`value` as JSON. What JSON does not know is shown as its `repr`; arrays are lists. Never raises."""
    return _View().of(value, 0)


class _View:
    """One value being shown."""

    def __init__(self) -> None:
        self._left = MAX_IN_ALL

    def of(self, value: Any, depth: int) -> JsonValue:
        self._left -= 1
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, enum.Enum):
            return self.of(value.value, depth)
        if isinstance(value, str):
            return self._cut(value)
        if isinstance(value, int):
            return int(value) if -LARGEST <= value < LARGEST else self._repr(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else str(value)
        if depth == MAX_DEPTH or self._left <= 0:
            return self._repr(value)
        return self._container(value, depth + 1)

    def _container(self, value: Any, depth: int) -> JsonValue:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._pairs({f.name: getattr(value, f.name, None) for f in dataclasses.fields(value)}, depth)
        if isinstance(value, Mapping):
            return self._pairs(value, depth)
        if isinstance(value, set | frozenset):
            return self._items(sorted(value, key=self._repr), depth)
        if isinstance(value, list | tuple):
            return self._items(value, depth)
        # Arrays and scalars of NumPy, tensors, and whatever else turns itself into plain Python.
        if callable(plain := getattr(value, "tolist", None)):
            return self.of(plain(), depth)
        return self._repr(value)

    def _pairs(self, value: Mapping[Any, Any], depth: int) -> JsonValue:
        pairs = list(value.items())
        some = {self._cut(str(key)): self.of(item, depth) for key, item in pairs[:MAX_ITEMS]}
        return some if len(pairs) <= MAX_ITEMS else {**some, "...": f"cut, {len(pairs)} entries in all"}

    def _items(self, values: Iterable[Any], depth: int) -> JsonValue:
        items = list(values)
        some = [self.of(item, depth) for item in items[:MAX_ITEMS]]
        return some if len(items) <= MAX_ITEMS else [*some, f"... (cut, {len(items)} items in all)"]

    def _repr(self, value: Any) -> str:
        if self._left <= 0:
            return "... (cut)"
        try:
            return self._cut(repr(value))
        except Exception as error:  # the object is the project's own, and so is what its repr raises
            return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"

    def _cut(self, text: str) -> str:
        clean = text.encode(errors="replace").decode()
        most = max(min(MAX_TEXT, self._left), 0)
        self._left -= min(len(clean), most)
        return clean if len(clean) <= most else f"{clean[:most]}... (cut, {len(clean)} characters in all)"
