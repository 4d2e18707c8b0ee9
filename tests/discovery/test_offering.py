from __future__ import annotations

from typing import Any

import pytest

from atlas.discovery.offering import call, requires

OFFERED = {"task": "T", "seed": 7, "submit": True}


def bare() -> str:
    return "bare"


def by_name(*, seed: int = 0, other: int = 1) -> tuple[int, int]:
    return seed, other


def mixed(action: str, task: str, submit: bool = False) -> tuple[str, str, bool]:
    return action, task, submit


def first(task: str, action: str, /) -> tuple[str, str]:
    return task, action


def anything(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
    return args, kwargs


def test_only_what_is_asked_for_is_given() -> None:
    assert call(bare, OFFERED, ("A",)) == "bare"
    assert call(by_name, OFFERED) == (7, 1)
    assert call(mixed, OFFERED, ("A",)) == ("A", "T", True)
    assert call(first, OFFERED, ("A",)) == ("T", "A")
    assert call(anything, OFFERED, ("A",)) == (("A",), {})
    assert call(len, OFFERED, ("four",)) == 4


def test_what_atlas_does_not_know_is_named() -> None:
    with pytest.raises(TypeError, match="'action'"):
        call(mixed, OFFERED)


def test_what_a_function_requires() -> None:
    assert [requires(function) for function in (bare, by_name, mixed, anything)] == [False, False, True, False]
