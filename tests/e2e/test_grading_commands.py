"""`atlas crm audit-grader` and `atlas crm regrade` as a user types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.e2e.conftest import Atlas

SHIPPED = Path(__file__).parents[2] / "data" / "conversations" / "dev.jsonl"


def test_the_graders_kill_1000_mutants(atlas: Atlas) -> None:
    done = atlas("crm", "audit-grader", "--dataset", SHIPPED, "--mutants", "1000", "--output", "audit")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((atlas.folder / "audit" / "grader_audit.json").read_text())
    assert report["fit"] is True
    assert [(probe["agent"], probe["success_rate"], probe["off"]) for probe in report["probes"]] == [
        ("oracle", 1.0, []),
        ("null", 0.0, []),
        ("parrot", 0.0, []),
    ]
    total = report["total"]
    assert total["killed"] + total["survived"] == 1000
    assert report["killed_share"] == total["killed"] / 1000 >= 0.99
    assert len(report["survivors"]) == total["survived"]
    assert all(row["reason"] for row in (*report["survivors"], *report["equivalents"]))
    assert sum(row["mutants"] for row in report["operators"]) == total["mutants"]
    assert all(row["mutants"] > 0 for row in report["operators"])


def test_equal_seeds_give_equal_audits(atlas: Atlas, dataset: Callable[..., Path]) -> None:
    path, reports = dataset(), {}
    for name, seed in (("one", "5"), ("two", "5"), ("three", "6")):
        done = atlas("crm", "audit-grader", "--dataset", path, "--mutants", "100", "--seed", seed, "--output", name)
        assert done.returncode == 0, done.stdout + done.stderr
        reports[name] = (atlas.folder / name / "grader_audit.json").read_bytes()
    assert reports["one"] == reports["two"] != reports["three"]


def test_a_dataset_with_a_wrong_target_is_not_fit(atlas: Atlas, dataset: Callable[..., Path]) -> None:
    path = dataset()
    lines = path.read_text().splitlines()
    row = json.loads(lines[0])
    client = next(iter(row["initial_entities"]["seed_data"]["Client"]))
    row["final_expected_state"]["deleted"] = {"clients": {client: {}}}
    path.write_text("\n".join([json.dumps(row), *lines[1:]]))
    done = atlas("crm", "audit-grader", "--dataset", path, "--mutants", "50")
    assert done.returncode == 1
    assert "the graders are not fit: the oracle agent scores 90.0%" in done.stderr


@pytest.fixture
def run(atlas: Atlas, dataset: Callable[..., Path]) -> str:
    """The id of a run of the offline student on a small dataset."""
    done = atlas("crm", "eval", "--dataset", dataset(), "--backend", "mock", "--agent", "offline")
    assert done.returncode == 0, done.stderr
    return newest(atlas)


def newest(atlas: Atlas) -> str:
    with psycopg.connect(atlas.environ["STORAGE__DATABASE_URL"]) as connection:
        row = connection.execute("SELECT run_id FROM runs ORDER BY created_at DESC LIMIT 1").fetchone()
    assert row is not None
    return str(row[0])


def falsify(atlas: Atlas, run: str) -> None:
    """Store every verdict of the run as if another version of a grader had failed it."""
    with psycopg.connect(atlas.environ["STORAGE__DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            """
            UPDATE sessions SET record = jsonb_set(record, '{verdicts}', (
                SELECT jsonb_agg(verdict || '{"version": "0", "passed": false, "score": 0}')
                FROM jsonb_array_elements(record -> 'verdicts') AS verdict
            )) WHERE run_id = %s
            """,
            [run],
        )


def test_todays_graders_agree_with_themselves(atlas: Atlas, run: str) -> None:
    done = atlas("crm", "regrade", run)
    assert done.returncode == 0, done.stderr
    assert "2 -> 2" in done.stdout
    assert "success -> fail" not in done.stdout
    assert "fail -> success" not in done.stdout
    assert "nothing was stored" in done.stdout


def test_changed_verdicts_are_shown_and_stored_on_demand_only(atlas: Atlas, run: str) -> None:
    falsify(atlas, run)
    for _ in range(2):
        shown = atlas("crm", "regrade", run)
        assert shown.returncode == 0, shown.stderr
        assert "0 -> 2" in shown.stdout
        assert "fail -> success (structured" in shown.stdout
        assert "success of offline: 0.0% -> " in shown.stdout
    assert "stored" in atlas("crm", "regrade", run, "--write").stdout
    again = atlas("crm", "regrade", run)
    assert "2 -> 2" in again.stdout
    assert "fail -> success" not in again.stdout
    with psycopg.connect(atlas.environ["STORAGE__DATABASE_URL"]) as connection:
        kept = connection.execute(
            "SELECT earlier_verdicts -> 0 -> 'verdicts' -> 0 ->> 'version' FROM sessions WHERE run_id = %s", [run]
        ).fetchall()
    assert {version for (version,) in kept} == {"0"}


def test_only_the_dataset_that_was_played_will_do(
    atlas: Atlas, run: str, dataset: Callable[..., Path], tmp_path: Path
) -> None:
    path = tmp_path / "conversations.jsonl"
    moved = path.rename(tmp_path / "moved.jsonl")
    other = dataset(seed=8)
    moved_rows, other_rows = moved.read_text().splitlines(), other.read_text().splitlines()
    other.write_text("\n".join([*other_rows, *moved_rows]))
    assert "was played on dataset" in atlas.refused("crm", "regrade", run)
    assert atlas("crm", "regrade", run, "--dataset", moved).returncode == 0
    assert "there is no run 'nowhere'" in atlas.refused("crm", "regrade", "nowhere")
