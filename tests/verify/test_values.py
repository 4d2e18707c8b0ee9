"""Which values a grader tells apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.core.json import JsonValue
from atlas.verify.values import canonical, same


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (48500, 48500.0),
        (0.1 + 0.2, 0.3),
        (-0.0, 0),
        ("two  words\n", " two words"),
        ([1, "a "], [1.0, "a"]),
        ({"b": 1, "a": "x"}, {"a": " x", "b": 1.0}),
        (float("nan"), float("nan")),
    ],
)
def test_same(left: JsonValue, right: JsonValue) -> None:
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (48500.0, 48500.01),
        (1, True),
        (0, False),
        (0, None),
        ("", None),
        ("Draft", "draft"),
        ("1", 1),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"a": 1, "b": None}),
        (1e308, float("inf")),
    ],
)
def test_different(left: JsonValue, right: JsonValue) -> None:
    assert not same(left, right)


@given(st.integers(-(10**9), 10**9))
def test_one_cent_is_a_difference(cents: int) -> None:
    assert canonical(cents / 100) == ("cents", cents)
    assert not same(cents / 100, (cents + 1) / 100)
