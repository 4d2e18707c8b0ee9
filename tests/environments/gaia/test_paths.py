"""Paths: which lead to a file of the workspace, and which are refused with a sentence."""

from __future__ import annotations

import pytest

from atlas.environments.gaia.paths import names_of
from atlas.errors import ToolError


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("a.csv", ("a.csv",)),
        ("./a.csv", ("a.csv",)),
        ("out//b/./c.txt", ("out", "b", "c.txt")),
        ("..a", ("..a",)),
        ("a..b/...", ("a..b", "...")),
        ("Straße 1.txt", ("Straße 1.txt",)),
    ],
)
def test_names(path: str, names: tuple[str, ...]) -> None:
    assert names_of(path) == names


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("/etc/passwd", "is absolute"),
        ("~/x", "is absolute"),
        ("..", "leads out"),
        ("a/../../b", "leads out"),
        ("a/..", "leads out"),
        ("./", "names no file"),
        ("a\0b", "NUL"),
        ("x" * 300, "too long"),
        ("/".join("abcdefghij"), "too long"),
        ("\ud800", "no file name has"),
    ],
)
def test_refused(path: str, why: str) -> None:
    with pytest.raises(ToolError, match=why):
        names_of(path)
