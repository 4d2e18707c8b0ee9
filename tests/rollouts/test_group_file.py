from __future__ import annotations

from pathlib import Path

import pytest

from atlas.errors import DatasetError, StorageError
from atlas.rollouts.group_file import GroupFile, read_groups, read_trainer_groups
from tests.rollouts.samples import group


def test_groups_are_appended_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "new/groups.jsonl"
    for name in ("a", "b"):
        with GroupFile(path) as file:
            file.append(group(0.0, 1.0, group_id=name))
    assert list(read_groups(path)) == [group(0.0, 1.0, group_id=name) for name in ("a", "b")]
    assert [each.scores for each in read_trainer_groups(path)] == [[0.0, 1.0]] * 2


def test_a_half_line_of_a_killed_writer_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    with GroupFile(path) as file:
        file.append(group(0.0))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    with GroupFile(path) as file:
        assert file.cut_bytes == 40
        file.append(group(1.0))
    assert [each.scores for each in read_groups(path)] == [(0.0,), (1.0,)]


def test_a_last_line_without_a_break_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    with GroupFile(path) as file:
        file.append(group(0.0))
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    with GroupFile(path) as file:
        assert file.cut_bytes == 0
        file.append(group(1.0))
    assert [each.scores for each in read_groups(path)] == [(0.0,), (1.0,)]


def test_a_bad_line_is_named_after_the_good_ones_before_it(tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    with GroupFile(path) as file:
        file.append(group(0.0))
    path.write_bytes(path.read_bytes() + b'\n{"tokens": [[1]], "masks": [[]], "scores": [1]}\n')
    reading = read_groups(path)
    assert next(reading).scores == (0.0,)
    with pytest.raises(DatasetError, match=r"groups.jsonl:3: masks\[0\]: 0 items for 1 tokens"):
        next(reading)


def test_files_that_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none.jsonl: the file of groups cannot be read"):
        next(read_groups(tmp_path / "none.jsonl"))
    with pytest.raises(StorageError, match="cannot be written"), GroupFile(tmp_path):
        pass
