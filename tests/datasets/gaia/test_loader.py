"""The loader: questions as tasks, the right answer with the grader alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.core.json import dumps
from atlas.core.tasks import Task
from atlas.datasets.gaia.layout import Split
from atlas.datasets.gaia.loader import load_gaia
from atlas.environments.gaia.instructions import INSTRUCTIONS, asked
from atlas.errors import DatasetError
from tests.datasets.gaia.making import dataset, row


def load(root: Path, *levels: int, split: Split = "validation") -> tuple[Task, ...]:
    return load_gaia(root, INSTRUCTIONS, asked, split=split, levels=levels or (1, 2, 3))


def test_a_task(tmp_path: Path) -> None:
    secret = "the right answer 4711"
    dataset(tmp_path, row(1, **{"Final answer": secret}, file_name="a.csv"), a_csv=b"x\n")
    (task,) = load(tmp_path)
    assert task.brief.turns == ("What is 1?\n\nAttached file: a.csv",)
    assert task.brief.environment == "gaia"
    assert task.brief.family == "level_2"
    assert task.target.answer == secret
    assert task.target.turns[0].reply == f"FINAL ANSWER: {secret}"
    assert task.labels == {"level": "2", "file": "csv"}
    assert task.setup.content["files"] == [
        {"name": "a.csv", "source": str(tmp_path / "2023" / "validation" / "a.csv")}
    ]
    assert secret not in dumps([task.brief, task.setup])


def test_levels_and_order(tmp_path: Path) -> None:
    dataset(tmp_path, *map(row, range(7)))
    assert [task.task_id for task in load(tmp_path, 1, 3)] == ["task-0", "task-2", "task-3", "task-5", "task-6"]
    with pytest.raises(DatasetError, match="no question is of the levels"):
        load(dataset(tmp_path / "one", row(0)), 3)


def test_the_revision_is_of_everything_that_decides(tmp_path: Path) -> None:
    rows = (row(1, file_name="a.csv"), row(2))
    first = load(dataset(tmp_path, *rows, a_csv=b"x\n"))[0].revision
    assert load(tmp_path, 2)[0].revision == first
    assert load(dataset(tmp_path, *rows, a_csv=b"y\n"))[0].revision != first


@pytest.mark.parametrize(("data", "why"), [(None, "is missing"), (b"", "is empty")])
def test_an_attachment_that_cannot_be_used(tmp_path: Path, data: bytes | None, why: str) -> None:
    dataset(tmp_path, row(1), row(2, file_name="a.csv"))
    if data is not None:
        (tmp_path / "2023" / "validation" / "a.csv").write_bytes(data)
    with pytest.raises(DatasetError, match=rf"metadata\.jsonl:2: file_name: a\.csv: the attachment {why}"):
        load(tmp_path)
    assert len(load(tmp_path, 2)) == 1, "the levels asked for need only their own attachments"


def test_without_answers(tmp_path: Path) -> None:
    (task,) = load(dataset(tmp_path, row(1, **{"Final answer": "?"}), split="test"), split="test")
    assert (task.target.answer, task.target.turns[0].reply, task.split) == (None, "", "test")
