from __future__ import annotations

from pathlib import Path

import pytest

from atlas.errors import StorageError
from atlas.rollouts.training.row_file import RowFile


def test_a_file_is_made_with_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "new/rows.jsonl"
    with RowFile(path):
        assert not path.parent.exists()
    with RowFile(path) as file:
        file.append({"b": 1, "a": "é"})
        assert path.read_text() == '{"a":"é","b":1}\n'
    with RowFile(path) as file:
        file.append([2])
    assert path.read_text().splitlines()[1] == "[2]"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with RowFile(tmp_path / "file/rows.jsonl") as file, pytest.raises(StorageError, match=r"rows.jsonl cannot be"):
        file.append({})
