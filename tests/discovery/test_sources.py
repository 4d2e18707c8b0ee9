from __future__ import annotations

from pathlib import Path

import pytest

from atlas.discovery.sources import LARGEST_BYTES, digests, read_sources
from atlas.errors import ConfigError
from tests.discovery.projects import project


def modules(root: Path) -> list[str]:
    return [source.module for source in read_sources(root).files]


def test_modules_are_named_as_imports_name_them(tmp_path: Path) -> None:
    root = project(tmp_path, "app.py", "desk/__init__.py", "desk/world.py", "src/kit/tools.py", "not-a-module.py")
    assert modules(root) == ["app", "desk", "desk.world", "kit.tools"]


def test_only_folders_inside_the_project_are_skipped(tmp_path: Path) -> None:
    root = project(tmp_path / "build" / "env", "app.py", "build/made.py", "tests/helper.py", "env/world.py")
    project(root, ".hidden/secret.py", "venv/library.py", "venv/pyvenv.cfg")
    assert modules(root) == ["app", "env.world"]


def test_what_cannot_be_read_is_said_and_not_fatal(tmp_path: Path) -> None:
    root = project(tmp_path, good="x = 1", broken="def (:", huge="#" * (LARGEST_BYTES + 1))
    (root / "nul.py").write_bytes(b"x = '\0'")
    sources = read_sources(root)
    assert [source.path for source in sources.files] == ["good.py"]
    assert [note.split()[0] for note in sources.notes] == ["broken.py", "huge.py", "nul.py"]


def test_a_root_that_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a folder"):
        read_sources(tmp_path / "nowhere")


def test_digests_change_with_the_file(tmp_path: Path) -> None:
    root = project(tmp_path, app="x = 1")
    before = digests(root, ["app.py", "gone.py"])
    (root / "app.py").write_text("x = 2")
    assert before["gone.py"] == ""
    assert digests(root, ["app.py"])["app.py"] != before["app.py"]
