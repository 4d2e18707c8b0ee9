"""`atlas crm`: datasets, task files and evaluations as a user types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Atlas

SHARED = Path(__file__).parents[3] / "shared" / "data" / "reference_conversations.jsonl"
SHIPPED = Path(__file__).parents[2] / "data" / "conversations" / "dev.jsonl"


@pytest.mark.parametrize("backend", ["postgres", "mock"])
def test_the_oracle_scores_100_and_the_null_agent_0(atlas: Atlas, backend: str) -> None:
    for agent, expected in (("oracle", 1.0), ("null", 0.0)):
        done = atlas("crm", "eval", "--dataset", SHIPPED, "--backend", backend, "--agent", agent, "--output", agent)
        assert done.returncode == 0, done.stderr
        metrics = json.loads((atlas.folder / agent / "metrics.json").read_text())
        assert metrics["failed_runs"] == 0
        assert metrics["arms"][0]["strict_success"]["rate"] == expected
        assert metrics["total_conversations"] == 100


@pytest.mark.skipif(not SHARED.exists(), reason=f"the older public conversations are not at {SHARED}")
def test_the_older_public_format_is_loaded_and_judged_row_by_row(atlas: Atlas) -> None:
    done = atlas(
        "crm", "eval", "--dataset", SHARED, "--backend", "postgres", "--agent", "oracle", "--output", "out"
    )
    assert done.returncode == 0, done.stderr
    assert "turn 1: user_utterance: unresolved placeholder {stage}" in done.stderr
    assert "turn 2: expected_args.document_url: upload_document has no such argument" in done.stderr
    metrics = json.loads((atlas.folder / "out" / "metrics.json").read_text())
    played = metrics["total_conversations"]
    named = {line.split(": line ")[1].split(" ")[0] for line in done.stderr.splitlines() if ": line " in line}
    assert played >= 3
    assert played + len(named) == 20, "every row is either played or named"
    assert metrics["harness_successes"] == played


def test_task_files_hold_what_a_run_needs(atlas: Atlas, dataset: Callable[..., Path]) -> None:
    done = atlas("crm", "tasks", "--dataset", dataset(), "--output", "out/tasks.jsonl", "--split", "train")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (atlas.folder / "out/tasks.jsonl").read_text().splitlines()]
    assert len(rows) == 4
    for row in rows:
        assert set(row) == {"task_id", "run_id", "conversation", "dataset_revision", "backend", "use_llm_judge"}
        assert row["task_id"] == f"{row['conversation']['conversation_id']}::{row['run_id']}"
        assert "sha256:" in row["dataset_revision"]


def test_the_dataset_is_never_overwritten_by_its_task_file(atlas: Atlas, dataset: Callable[..., Path]) -> None:
    path = dataset()
    before = path.read_bytes()
    assert "is the dataset itself" in atlas.refused("crm", "tasks", "--dataset", path, "--output", path)
    assert path.read_bytes() == before


def test_generation_is_deterministic(atlas: Atlas) -> None:
    for name in ("one.jsonl", "two.jsonl"):
        assert atlas("crm", "generate", "--seed", "5", "--count", "10", "--output", name).returncode == 0
    assert (atlas.folder / "one.jsonl").read_bytes() == (atlas.folder / "two.jsonl").read_bytes()


def test_splits_are_generated_as_many_as_asked_for(atlas: Atlas) -> None:
    done = atlas("crm", "generate", "--splits", "test=3, transfer=2", "--output", "few.jsonl")
    assert done.returncode == 0, done.stderr
    assert "5 conversations of seed 42" in done.stdout
    rows = [json.loads(line) for line in (atlas.folder / "few.jsonl").read_text().splitlines()]
    assert [row["split"] for row in rows] == ["test"] * 3 + ["transfer"] * 2


def test_a_choice_of_what_to_generate_that_makes_no_sense_is_refused(atlas: Atlas) -> None:
    def said(*arguments: str) -> str:
        return atlas.refused("crm", "generate", "--output", "never.jsonl", *arguments)

    assert "there is no split 'trian' to generate (splits: train, test, transfer)" in said("--splits", "trian=3")
    assert "'train=0' needs a number from 1 up" in said("--splits", "test=2,train=0")
    assert "train is named twice" in said("--splits", "train=1,train=2")
    assert "exclude each other" in said("--splits", "train=1", "--count", "5")
    assert "exclude each other" in said("--golden-negatives", "--count", "5")
    assert not (atlas.folder / "never.jsonl").exists()


def test_golden_negatives_are_generated_and_carded(atlas: Atlas) -> None:
    assert atlas("crm", "generate", "--golden-negatives", "--output", "data/golden_negatives.jsonl").returncode == 0
    for name in ("dev.jsonl", "crm_1200.jsonl"):
        assert atlas("crm", "generate", "--count", "10", "--output", f"data/{name}").returncode == 0
    done = atlas("crm", "card", "data")
    assert done.returncode == 0, done.stderr
    assert "| `dev.jsonl` | 10 |" in (atlas.folder / "data/README.md").read_text()


def test_a_broken_row_is_named_and_the_rest_still_runs(atlas: Atlas, dataset: Callable[..., Path]) -> None:
    path = dataset()
    lines = path.read_text().splitlines()
    row = json.loads(lines[2])
    row["turns"][0]["user_uterance"] = row["turns"][0].pop("user_utterance")
    lines[2], lines[4] = json.dumps(row), lines[4][:50]
    path.write_text("\n".join(lines))
    done = atlas("crm", "eval", "--dataset", path, "--backend", "mock", "--output", "out")
    assert done.returncode == 0
    assert "line 3: turns.0.user_utterance: missing key" in done.stderr.replace("[0]", ".0")
    assert "line 5: not a JSON object" in done.stderr
    assert json.loads((atlas.folder / "out/metrics.json").read_text())["total_conversations"] == 8


def test_an_empty_choice_is_refused(atlas: Atlas, dataset: Callable[..., Path]) -> None:
    said = atlas.refused("crm", "eval", "--dataset", dataset(), "--split", "tset")
    assert "no usable row of split 'tset' (splits: test, train, transfer)" in said
    assert "there is no such file" in atlas.refused("crm", "eval", "--dataset", "nowhere.jsonl")
    assert "--agent chat needs --model" in atlas.refused("crm", "eval", "--dataset", dataset(), "--agent", "chat")
