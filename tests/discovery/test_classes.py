from __future__ import annotations

from pathlib import Path

from atlas.discovery.classes import lineage, project_classes
from atlas.discovery.sources import read_sources
from tests.discovery.projects import project


def test_bases_and_methods_across_files(tmp_path: Path) -> None:
    base = "class Base:\n    def reset(self): ...\n"
    near = "from base import Base\nclass Near(Base):\n    class Inner: ...\n    async def step(self, a): ...\n"
    classes = project_classes(read_sources(project(tmp_path, base=base, near=near)).files)
    assert sorted(classes) == ["base.Base", "near.Near", "near.Near.Inner"]
    assert lineage(classes["near.Near"], classes) == (("base.Base",), frozenset({"reset", "step"}))


def test_a_circle_of_bases_ends(tmp_path: Path) -> None:
    classes = project_classes(read_sources(project(tmp_path, a="class A(B): ...\nclass B(A): ...")).files)
    assert lineage(classes["a.A"], classes)[0] == ("a.B", "a.A")


def test_abstract_classes(tmp_path: Path) -> None:
    text = "class P(Protocol): ...\nclass Q:\n    @abc.abstractmethod\n    def act(self): ...\nclass R: ...\n"
    classes = project_classes(read_sources(project(tmp_path, a=text)).files)
    assert [found.abstract for found in classes.values()] == [True, True, False]
