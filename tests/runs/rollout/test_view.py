from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from atlas.core.messages import Message
from atlas.errors import AtlasError, ConfigError, DatasetError
from atlas.rollouts.group_file import GroupFile
from atlas.runs.rollout.view import view_groups
from tests.rollouts.samples import called, group

HOSTILE = '<script>alert(1)</script><img src=x onerror="x">&amp; {{ 7 * 7 }}'


class Text(HTMLParser):
    """The tags of a page, and its text as a reader sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    path = tmp_path / "groups.jsonl"
    made = group(0.0, 1.0)
    hostile = replace(made.members[0], messages=(*called(HOSTILE), Message("user", HOSTILE)))
    with GroupFile(path) as file:
        file.append(replace(made, members=(hostile, made.members[1])))
    return path


def test_the_page_shows_every_conversation_and_runs_nothing(
    groups: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    view_groups(groups, None)
    page = groups.with_suffix(".html")
    assert capsys.readouterr().out == f"1 group: {page}\n"
    read = Text()
    read.feed(page.read_text())
    assert read.tags.isdisjoint({"script", "img", "link", "iframe"})
    assert read.text.count(HOSTILE) == 2
    for shown in ("Answer 1.", "search", '{"query": "Acme"}', "SIMULATED", "ModelTimeout", "groups.jsonl"):
        assert shown in read.text


def test_the_page_goes_where_it_is_wanted(groups: Path, tmp_path: Path) -> None:
    view_groups(groups, tmp_path / "new/page.html")
    assert (tmp_path / "new/page.html").exists()
    assert not groups.with_suffix(".html").exists()


def test_what_cannot_be_shown_is_named_and_leaves_no_page(groups: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is what is to be shown"):
        view_groups(groups, groups)
    with pytest.raises(ConfigError, match="is a folder"):
        view_groups(groups, tmp_path)
    groups.write_bytes(groups.read_bytes() + b"{}\n")
    with pytest.raises(DatasetError, match=r"groups.jsonl:2: Object missing required field"):
        view_groups(groups, None)
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(AtlasError, match="holds no group"):
        view_groups(tmp_path / "empty.jsonl", None)
    assert not list(tmp_path.glob("*.html"))
