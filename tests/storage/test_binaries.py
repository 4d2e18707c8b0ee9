"""PostgreSQL binaries: the order they are looked for, and which fit the data."""

from pathlib import Path

import pytest

from atlas.errors import StorageError
from atlas.storage.binaries import find, inspect


def fake(folder: Path, version: str) -> Path:
    """A bin folder whose postgres says it is `version`."""
    folder.mkdir(parents=True)
    (folder / "initdb").write_text("")
    (folder / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    (folder / "postgres").chmod(0o755)
    return folder


def test_a_named_folder_goes_first(tmp_path: Path) -> None:
    found = find(fake(tmp_path / "bin", "17.2 (Debian 17.2-1)"), ())
    assert (found.version, found.major, found.folder) == ("17.2", 17, tmp_path / "bin")
    assert found.tool("initdb") == str(tmp_path / "bin" / "initdb")


def test_without_a_name_the_wheel_or_the_system_provides() -> None:
    assert find(None, ()).major >= 15


def test_a_named_folder_without_binaries_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=f"{tmp_path} holds no working"):
        find(tmp_path, ())


def test_too_old(tmp_path: Path) -> None:
    assert inspect(fake(tmp_path / "bin", "14.9")) is None


def test_data_of_another_version_is_not_left_behind(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"made by PostgreSQL 16, but .* is version 17\.2"):
        find(fake(tmp_path / "bin", "17.2"), (16,))


def test_newest_system_version_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas.storage.binaries.SYSTEM_FOLDER", tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StorageError, match="install the package"):
        find(None, ())
    for version in ("9.6", "15", "16"):
        fake(tmp_path / version / "bin", version)
    assert find(None, ()).major == 16
    assert find(None, (15,)).major == 15
