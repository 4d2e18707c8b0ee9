"""The telemetry file: whole lines, appended, and errors that name the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from atlas.environments.crm.gym.telemetry import EpisodeLog
from atlas.errors import StorageError


def test_lines_are_appended(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "episodes.jsonl"
    EpisodeLog(path).write({"episode_index": 0, "text": "a\nb ü"})
    assert path.read_text().count("\n") == 1
    EpisodeLog(path).write({"episode_index": 1})
    assert [json.loads(line)["episode_index"] for line in path.read_text().splitlines()] == [0, 1]


def test_a_file_that_cannot_be_written_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=f"{tmp_path}: the telemetry cannot be written"):
        EpisodeLog(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"episodes\.jsonl"):
        EpisodeLog(tmp_path / "file" / "episodes.jsonl")


def test_a_full_disk_is_said() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    with pytest.raises(StorageError, match="No space left"):
        EpisodeLog(full).write({"episode_index": 0})
