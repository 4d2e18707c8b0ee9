from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import pytest

from atlas.core.json import dumps
from atlas.discovery.shown import MAX_IN_ALL, MAX_ITEMS, MAX_TEXT, shown


class Colour(enum.Enum):
    RED = "red"


@dataclass
class Spot:
    x: int
    colour: Colour


class Silent:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (2**63 - 1, 2**63 - 1),
        (2**64, str(2**64)),
        (float("nan"), "nan"),
        ({"a": (1, 2), 3: {"y", "x"}}, {"a": [1, 2], "3": ["x", "y"]}),
        (Spot(1, Colour.RED), {"x": 1, "colour": "red"}),
        (numpy.array([[1, 2]]), [[1, 2]]),
        (numpy.float32(0.5), 0.5),
        (Path("a"), "PosixPath('a')"),
        (Silent(), "<Silent, whose repr raised RuntimeError>"),
        ("\ud800", "?"),
    ],
)
def test_what_is_shown(value: Any, expected: Any) -> None:
    assert shown(value) == expected


def test_cuts_are_said() -> None:
    assert shown("x" * 9000) == "x" * MAX_TEXT + "... (cut, 9000 characters in all)"
    assert shown(list(range(300)))[MAX_ITEMS:] == ["... (cut, 300 items in all)"]
    assert shown({n: n for n in range(300)})["..."] == "cut, 300 entries in all"


def test_a_value_is_bounded_as_a_whole() -> None:
    wide: list[Any] = []
    wide.extend([wide] * MAX_ITEMS)
    many = ["x" * MAX_TEXT] * MAX_ITEMS
    assert "... (cut)" in dumps(shown(wide))
    assert len(dumps(shown(wide))) < 10 * MAX_IN_ALL
    assert len(dumps(shown(many))) < 2 * MAX_IN_ALL


def test_nesting_ends() -> None:
    deep: list[Any] = []
    deep.append(deep)
    assert "..." in dumps(shown(deep))
