"""The fence: which paths make up a tree but for what is hidden in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.runtime.sandbox.landlock import without


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a/one", "a/two", "b/hidden/secret", "b/open", "c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "b" / "link").symlink_to(tmp_path / "b" / "hidden")
    return tmp_path


def test_a_tree_that_hides_nothing_is_one_rule(tree: Path) -> None:
    assert list(without(str(tree), ["/elsewhere", f"{tree}x"])) == [str(tree)]


def test_what_is_hidden_is_left_out_and_no_link_leads_back(tree: Path) -> None:
    found = set(without(str(tree), [str(tree / "b" / "hidden")]))
    assert found == {str(tree / "a"), str(tree / "b" / "open"), str(tree / "c")}


def test_a_tree_that_is_hidden_is_nothing(tree: Path) -> None:
    assert list(without(str(tree), [str(tree)])) == []
