"""Payloads: task files are written whole, and read strictly."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from atlas.core.json import dumps
from atlas.datasets.conversation import parse_conversation
from atlas.datasets.payloads import Payload, payloads, read_payloads, run_id, write_payloads
from atlas.errors import DatasetError
from tests.datasets.samples import bent, conversation, lines_of, payload, without


def rows(*names: str) -> tuple[Payload, ...]:
    parsed = [parse_conversation(dumps(conversation(name)), path="f", line=1) for name in names]
    return payloads(parsed, "r-1", "sha256:0", "mock", use_llm_judge=True)


def test_run_ids_are_stamped_in_utc() -> None:
    moment = datetime(2026, 3, 2, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert run_id(moment, "1f2e3d4c") == "20260301T233000Z-1f2e3d4c"


def test_one_payload_a_conversation_in_order() -> None:
    made = rows("b", "a")
    assert [row.task_id for row in made] == ["b::r-1", "a::r-1"]
    assert {(row.run_id, row.dataset_revision, row.backend, row.use_llm_judge) for row in made} == {
        ("r-1", "sha256:0", "mock", True)
    }


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "tasks.jsonl"
    write_payloads(path, rows("a", "b"))
    assert read_payloads(path) == rows("a", "b")
    first = path.read_bytes()
    write_payloads(path, read_payloads(path))
    assert path.read_bytes() == first
    assert [item.name for item in path.parent.iterdir()] == ["tasks.jsonl"]


def test_a_duplicate_names_both_lines(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "t.jsonl", payload("a"), "", payload("b"), payload("a"))
    with pytest.raises(DatasetError, match=r"t\.jsonl:4: task_id: 'a::r-1' is already on line 1"):
        read_payloads(path)


def test_a_task_id_must_be_made_of_conversation_and_run(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "t.jsonl", payload("a"), bent(payload("b"), "task_id", "b::r-2"))
    with pytest.raises(DatasetError, match=r"t\.jsonl:2: task_id: must be 'b::r-1', got 'b::r-2'"):
        read_payloads(path)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (bent(payload(), "backend", "sqlite"), "backend"),
        (bent(payload(), "extra", 1), "extra"),
        (without(payload(), "dataset_revision"), "dataset_revision"),
        (bent(payload(), "conversation.surprise", 1), "conversation.surprise"),
        (bent(payload(), "conversation.turns.0.turn_id", 3), "conversation.turns.0.turn_id"),
    ],
)
def test_a_wrong_line_names_its_key(tmp_path: Path, line: dict[str, object], key: str) -> None:
    with pytest.raises(DatasetError) as caught:
        read_payloads(lines_of(tmp_path / "t.jsonl", payload("ok"), line))
    assert (caught.value.line, caught.value.key) == (2, key)


def test_missing_and_empty_task_files(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such file"):
        read_payloads(tmp_path / "none.jsonl")
    with pytest.raises(DatasetError, match="empty"):
        read_payloads(lines_of(tmp_path / "t.jsonl"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here: a full disk cannot be acted out")
def test_a_full_disk_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    write_payloads(path, rows("a"))
    before = path.read_bytes()
    (tmp_path / "t.jsonl.part").symlink_to("/dev/full")
    with pytest.raises(DatasetError, match=r"cannot be written \(No space left on device\)"):
        write_payloads(path, rows("a", "b"))
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["t.jsonl"]


def test_a_folder_in_the_way_is_an_error_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").mkdir()
    with pytest.raises(DatasetError, match="cannot be written"):
        write_payloads(tmp_path / "t.jsonl", rows("a"))
    assert [item.name for item in tmp_path.iterdir()] == ["t.jsonl"]


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    with pytest.raises(DatasetError, match="cannot be written"):
        write_payloads(tmp_path / "plain" / "t.jsonl", rows("a"))
