"""The loader: usable rows become tasks, the others are reported, and the file is identified by its bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from atlas.core.state import Change
from atlas.datasets import loader
from atlas.datasets.loader import (
    RowProblem,
    dataset_revision,
    load_conversations,
    read_conversations,
    world_content,
)
from atlas.errors import DatasetError
from tests.datasets.samples import (
    AS_OF,
    CLIENT,
    DEAL,
    bent,
    conversation,
    failing_turn,
    lines_of,
    orders,
    seed_data,
)

needs_git = pytest.mark.skipif(
    shutil.which("git") is None, reason="git is not installed: revisions inside git unseen"
)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=clean).stdout.strip()


def test_a_row_becomes_brief_setup_and_target(tmp_path: Path) -> None:
    loaded = load_conversations(lines_of(tmp_path / "f.jsonl", conversation()), orders)
    assert loaded.problems == ()
    (task,) = loaded.tasks
    assert (task.task_id, task.split, task.brief.family, task.brief.environment) == (
        "c-1",
        "test",
        "deal_updates",
        "crm",
    )
    assert task.brief.instructions == f"Today is {AS_OF}."
    assert task.brief.turns == ("Move the Pilot deal to Proposal.",)
    assert (task.setup.as_of, task.setup.seed) == (AS_OF, "c-1")
    assert task.setup.content["opportunities"][DEAL]["opportunity_id"] == DEAL
    assert task.target.state.updated == {"opportunities": {DEAL: {"stage": Change("Qualification", "Proposal")}}}
    assert task.labels == {"complexity": "simple", "workflow_category": "Opportunity Management"}
    assert task.revision == dataset_revision(tmp_path / "f.jsonl")


def test_a_refusal_reaches_the_target(tmp_path: Path) -> None:
    row = bent(conversation(), "turns", [failing_turn()]) | {"contains_failure": True, "failure_turn": 1}
    (task,) = load_conversations(lines_of(tmp_path / "f.jsonl", row), orders).tasks
    assert task.target.turns[0].refusal == "not_found"
    assert [fact.value for fact in task.target.turns[0].refusal_facts] == ["not found"]


@pytest.mark.parametrize(("key", "value"), [("requires_judge", True), ("evaluation", "judge")])
def test_a_turn_that_only_a_judge_can_decide_says_so(tmp_path: Path, key: str, value: object) -> None:
    row = bent(conversation(), f"turns.0.expected_response.{key}", value)
    (task,) = load_conversations(lines_of(tmp_path / "d.jsonl", row), orders).tasks
    assert task.target.turns[0].judged
    (task,) = load_conversations(lines_of(tmp_path / "d.jsonl", conversation()), orders).tasks
    assert not task.target.turns[0].judged
    assert task.target.world == task.setup.content


def test_world_content_is_by_table_with_the_primary_key() -> None:
    content = world_content(seed_data())
    assert list(content) == ["clients", "opportunities"]
    assert content["clients"][CLIENT] == {"client_id": CLIENT, **seed_data()["Client"][CLIENT]}


def test_bad_rows_are_reported_and_the_rest_loads(tmp_path: Path) -> None:
    path = lines_of(
        tmp_path / "f.jsonl",
        conversation("a"),
        "not json",
        "",
        bent(conversation("b"), "turns.0.turn_id", 5),
        conversation("c"),
        bent(conversation("d"), "surprise", 1),
    )
    loaded = load_conversations(path, orders)
    assert [task.task_id for task in loaded.tasks] == ["a", "c"]
    assert [problem.line for problem in loaded.problems] == [2, 4, 6]
    shown = list(map(str, loaded.problems))
    assert shown[0].startswith("line 2: not a JSON object")
    assert shown[1].startswith("line 4: turns.0.turn_id: turns count from 1")
    assert shown[2] == "line 6: surprise: unknown key, remove it"


def test_a_duplicate_names_both_lines_and_the_first_stays(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "f.jsonl", conversation("a"), conversation("b"), conversation("a"))
    loaded = load_conversations(path, orders)
    assert [task.task_id for task in loaded.tasks] == ["a", "b"]
    assert list(map(str, loaded.problems)) == ["line 3 (a): conversation_id: already used on line 1"]


def test_an_unknown_entity_is_a_problem_of_its_row(tmp_path: Path) -> None:
    row = bent(conversation("a"), "initial_entities.seed_data.Invoice", {})
    loaded = load_conversations(lines_of(tmp_path / "f.jsonl", row, conversation("b")), orders)
    assert [task.task_id for task in loaded.tasks] == ["b"]
    assert "Invoice" in str(loaded.problems[0])


def test_reading_stops_at_the_first_wrong_row(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "f.jsonl", conversation("a"), bent(conversation("b"), "split", "dev2"))
    with pytest.raises(DatasetError, match=r"f\.jsonl:2: split: "):
        read_conversations(path)
    assert [row.conversation_id for row in read_conversations(lines_of(path, conversation("a")))] == ["a"]


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "the file is empty"), (b"\xff\xfe\x00\x80", "cannot be read as UTF-8 text")]
)
def test_files_that_give_no_line_are_errors(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=reason):
        load_conversations(path, orders)


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is no such file"):
        load_conversations(tmp_path / "none.jsonl", orders)
    with pytest.raises(DatasetError, match="cannot be read"):
        dataset_revision(tmp_path)


def test_a_problem_is_one_sentence() -> None:
    assert str(RowProblem(3, None, "bad")) == "line 3: bad"
    assert str(RowProblem(3, "a", "bad", 2)) == "line 3 (a), turn 2: bad"


def outside_git(folder: Path) -> Path:
    path = folder / "f.jsonl"
    path.write_bytes(b"{}\n")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def test_revision_outside_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    digest = sha256(b"{}\n").hexdigest()[:16]
    assert dataset_revision(outside_git(tmp_path)) == f"sha256:{digest}+mtime:2023-11-14T22:13:20+00:00"


def test_revision_without_git_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = outside_git(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dataset_revision(path).startswith("sha256:")


def test_revision_when_git_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 5\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(loader, "GIT_TIMEOUT_S", 0.1)
    assert dataset_revision(outside_git(tmp_path)).startswith("sha256:")


@needs_git
def test_revision_inside_git_is_commit_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    git(tmp_path, "init", "--quiet")
    path = outside_git(tmp_path)
    assert "+mtime:" in dataset_revision(path), "a repository without a commit identifies nothing"
    git(tmp_path, "add", "f.jsonl")
    git(tmp_path, "commit", "--quiet", "-m", "data")
    commit = git(tmp_path, "rev-parse", "HEAD")
    committed = dataset_revision(path)
    assert committed == f"{commit}+sha256:{sha256(b'{}' + bytes([10])).hexdigest()[:16]}"
    path.write_bytes(b'{"a":1}\n')
    assert re.fullmatch(rf"{commit}\+sha256:[0-9a-f]{{16}}", dataset_revision(path))
    assert dataset_revision(path) != committed
