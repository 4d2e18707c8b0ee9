"""A witness: a text made from a regex that it might match, to show that it can match at all.

The syntax tree comes from the parser of Python's `re`, which has no public door; nothing is matched with it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_FILLERS = (" ", "a", "0", "-")
_COMMON = (" ", "a", "0", "-", "_", ".", "A", "\n", "報")
_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdigit,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda c: c.isalnum() or c == "_",
    "CATEGORY_NOT_DIGIT": lambda c: not c.isdigit(),
    "CATEGORY_NOT_SPACE": lambda c: not c.isspace(),
    "CATEGORY_NOT_WORD": lambda c: not (c.isalnum() or c == "_"),
}
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


@dataclass(frozen=True, slots=True)
class _Choice:
    """How free places are filled: repeats beyond their minimum, the character for "any", the branch taken."""

    extra: int
    filler: str
    branch: int


def candidates(source: str) -> Iterator[str]:
    """Texts to try, short ones first; none when the parser does not know the pattern."""
    tree = _parse(source)
    if tree is None:
        return
    seen = set()
    for extra, branch, filler in product((0, 1, 2), range(6), _FILLERS):
        text = _write(tree, _Choice(extra, filler, branch))
        for framed in (text, f" {text} ", f"a{text}a"):
            if framed not in seen:
                seen.add(framed)
                yield framed


def _parse(source: str) -> Any | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        try:
            return _parser.parse(source)
        except (_parser.error, FutureWarning, OverflowError):
            return None


def _write(tree: Iterable[tuple[Any, Any]], choice: _Choice) -> str:
    return "".join(_piece(str(op), value, choice) for op, value in tree)


def _piece(op: str, value: Any, choice: _Choice) -> str:
    if op == "LITERAL":
        return chr(value)
    if op == "ANY":
        return choice.filler
    if op == "IN":
        return _one_of(value, choice.filler)
    if op == "NOT_LITERAL":
        return next(c for c in (choice.filler, *_COMMON) if ord(c) != value)
    if op == "SUBPATTERN":
        return _write(value[-1], choice)
    if op == "ATOMIC_GROUP":
        return _write(value, choice)
    if op == "BRANCH":
        return _write(value[1][choice.branch % len(value[1])], choice)
    if op in _REPEATS:
        least, most, body = value
        times: int = min(least + choice.extra, int(most))
        return _write(body, choice) * times
    return ""  # assertions take no room


def _one_of(items: list[tuple[Any, Any]], filler: str) -> str:
    """A character of a class, "" when none is found."""
    named = [chr(v[0] if str(op) == "RANGE" else v) for op, v in items if str(op) in ("LITERAL", "RANGE")]
    return next((c for c in (filler, *named, *_COMMON) if _accepts(items, c)), "")


def _accepts(items: list[tuple[Any, Any]], char: str) -> bool:
    found = any(_item_accepts(str(op), value, char) for op, value in items)
    return not found if str(items[0][0]) == "NEGATE" else found


def _item_accepts(op: str, value: Any, char: str) -> bool:
    if op == "LITERAL":
        return bool(ord(char) == value)
    if op == "RANGE":
        return bool(value[0] <= ord(char) <= value[1])
    return op == "CATEGORY" and _CATEGORIES[str(value)](char)
