"""The layout: official rows in both forms, and every way in which they can be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from atlas.core.json import JsonObject
from atlas.datasets.gaia.layout import GaiaLayout
from atlas.errors import DatasetError
from tests.datasets.gaia.making import dataset, row


def test_rows_of_both_forms_are_the_same(tmp_path: Path) -> None:
    rows = [row(number, file_name="a.csv" if number == 2 else "") for number in range(6)]
    dataset(tmp_path / "jsonl", *rows)
    folder = tmp_path / "parquet" / "2023" / "validation"
    folder.mkdir(parents=True)
    as_text = [
        line | {"Level": str(line["Level"]), "file_path": f"2023/validation/{line['file_name']}"} for line in rows
    ]
    pq.write_table(pa.Table.from_pylist(as_text), folder / "metadata.parquet")
    found = GaiaLayout(tmp_path / "jsonl", "validation").rows()
    assert found == GaiaLayout(tmp_path / "parquet", "validation").rows()
    assert [(one.task_id, one.level, one.answer, one.file_name) for one in found[1:3]] == [
        ("task-1", 2, "1", None),
        ("task-2", 3, "2", "a.csv"),
    ]


def test_unpublished_answers(tmp_path: Path) -> None:
    dataset(tmp_path, row(1, **{"Final answer": "?"}), row(2), split="test")
    assert [one.answer for one in GaiaLayout(tmp_path, "test").rows()] == [None, "2"]


def test_answers_kept_apart(tmp_path: Path) -> None:
    layout = GaiaLayout(dataset(tmp_path, row(1, **{"Final answer": "?"}), row(2)), "validation")
    layout.answers.parent.mkdir(parents=True)
    layout.answers.write_text('{"task_id": "task-1", "Final answer": "one"}\n')
    with pytest.raises(DatasetError, match="the answers have none for 'task-2'"):
        layout.rows()
    with layout.answers.open("a") as file:
        file.write('{"task_id": "task-2", "Final answer": 2}\n')
    assert [one.answer for one in layout.rows()] == ["one", "2"]


def test_missing_datasets(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such folder; fetch the dataset with `atlas gaia download`"):
        GaiaLayout(tmp_path / "none", "validation").rows()
    with pytest.raises(DatasetError, match=r"2023/test/metadata\.jsonl \(or \.parquet\) is missing"):
        GaiaLayout(dataset(tmp_path, row(1)), "test").rows()


def test_empty_datasets(tmp_path: Path) -> None:
    layout = GaiaLayout(dataset(tmp_path), "validation")
    with pytest.raises(DatasetError, match="is empty"):
        layout.rows()
    (layout.folder / "metadata.jsonl").unlink()
    pq.write_table(pa.Table.from_pylist([row(1)])[:0], layout.folder / "metadata.parquet")
    with pytest.raises(DatasetError, match="the dataset is empty"):
        layout.rows()
    (layout.folder / "metadata.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DatasetError, match="cannot be read as parquet"):
        layout.rows()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"Level": 4}, r"jsonl:2: Level: must be 1, 2 or 3, got 4"),
        ({"Level": None}, r"jsonl:2: Level: must be"),
        ({"Question": "  "}, r"jsonl:2: Question: is blank"),
        ({"Question": None}, r"jsonl:2: Question: missing key"),
        ({"task_id": "task-1"}, r"jsonl:2: task_id: 'task-1' is already on line 1"),
        ({"file_name": "../answers.jsonl"}, r"jsonl:2: file_name: must be a plain file name"),
        ({"file_name": ".."}, r"jsonl:2: file_name: must be a plain file name"),
    ],
)
def test_wrong_rows(tmp_path: Path, wrong: JsonObject, why: str) -> None:
    with pytest.raises(DatasetError, match=why):
        GaiaLayout(dataset(tmp_path, row(1), row(2, **wrong)), "validation").rows()


def test_a_line_that_is_no_object(tmp_path: Path) -> None:
    layout = GaiaLayout(dataset(tmp_path, row(1)), "validation")
    with (layout.folder / "metadata.jsonl").open("a") as file:
        file.write(json.dumps([1]) + "\n")
    with pytest.raises(DatasetError, match=r"jsonl:2: not a JSON object"):
        layout.rows()
