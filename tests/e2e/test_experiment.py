"""`atlas experiment run`: a small experiment, whole, killed and gone on with, and swept."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import psycopg
import pytest

from atlas.core.json import JsonObject, JsonValue
from atlas.runs.generation import generated, write_dataset
from tests.e2e.conftest import Atlas

RUN = """
agent: {type: crm_harness, name: tried, use_llm_judge: false, llm: {provider: offline, model: offline/student}}
teacher: {llm: {provider: offline, model: offline/teacher}}
orchestration: {forced_mode: paired}
rim:
  small_model: {provider: offline, model: offline/judge}
  large_model: {provider: offline, model: offline/arbiter}
"""
VALIDATED = f"""{RUN}
learning:
  acceptance: validated
  validation: {{size: 4, every: 3, margin: 0.6, alpha: 0.3}}
"""
EXPERIMENT = """
title: Small uplift
run_config: run.yaml
dataset: conversations.jsonl
backend: mock
seed_sessions: 3
stream_sessions: 2
test: 4
transfer: 2
orders: 2
trials: 1
"""
SESSIONS = 2 * 5 + 2 * 2 + 4 * 2 * 6


@pytest.fixture(scope="module")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset, written once."""
    path = tmp_path_factory.mktemp("dataset") / "conversations.jsonl"
    write_dataset(path, generated(7, count=30, splits=None, golden=False), seed=7)
    return path


@pytest.fixture
def config(atlas: Atlas, conversations: Path) -> str:
    (atlas.folder / "conversations.jsonl").write_bytes(conversations.read_bytes())
    (atlas.folder / "run.yaml").write_text(VALIDATED)
    (atlas.folder / "experiment.yaml").write_text(EXPERIMENT)
    return "experiment.yaml"


def timeless(value: JsonValue, run_id: str) -> JsonValue:
    """A document without times, and with the run's id made neutral."""
    if isinstance(value, dict):
        return {key: timeless(item, run_id) for key, item in value.items() if key not in ("timestamp", "command")}
    if isinstance(value, list):
        return [timeless(item, run_id) for item in value]
    return value.replace(run_id, "RUN") if isinstance(value, str) else value


def report(folder: Path) -> JsonObject:
    run_id = json.loads((folder / "run.json").read_text())["run_id"]
    document = timeless(json.loads((folder / "report.json").read_text()), run_id)
    assert isinstance(document, dict)
    return document


def text(folder: Path, name: str) -> str:
    """A file, with the run's id made neutral."""
    run_id = json.loads((folder / "run.json").read_text())["run_id"]
    return (folder / name).read_text().replace(run_id, "RUN")


def stored(atlas: Atlas, folder: Path) -> int:
    """Finished sessions of the run of a folder; 0 before it has one."""
    if not (folder / "run.json").is_file():
        return 0
    run_id = json.loads((folder / "run.json").read_text())["run_id"]
    with psycopg.connect(atlas.environ["STORAGE__DATABASE_URL"]) as connection:
        row = connection.execute("SELECT count(*) FROM sessions WHERE run_id = %s", [run_id]).fetchone()
    assert row is not None
    return int(row[0])


def test_killed_in_the_middle_the_same_command_gives_the_same_numbers(atlas: Atlas, config: str) -> None:
    whole, killed = atlas.folder / "whole", atlas.folder / "killed"
    done = atlas("experiment", "run", config, "--output", "whole")
    assert done.returncode == 0, done.stderr
    assert "SIMULATED" in done.stdout
    document, total = report(whole), stored(atlas, whole)
    check_every_part(whole, document)
    assert sum(arm["sessions"] for arm in document["arms"]) == total
    running = atlas.start("experiment", "run", config, "--output", "killed")
    deadline = time.monotonic() + 60
    while stored(atlas, killed) < total // 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=60)
    assert 0 < stored(atlas, killed) < total, "killed in the middle"
    # What there is so far, from the store alone.
    assert atlas("experiment", "report", "killed").returncode == 0
    (partly,) = [w for w in report(killed)["warnings"] if "not complete" in w]
    assert "sessions missing" in partly
    again = atlas("experiment", "run", config, "--output", "killed")
    assert again.returncode == 0, again.stderr
    assert stored(atlas, killed) == total, "nothing was played twice"
    assert report(killed) == document
    for name in ("playbooks/order-1.yaml", "history/order-2.txt"):
        assert text(killed, name) == text(whole, name)
    (atlas.folder / config).write_text(EXPERIMENT.replace("test: 4", "test: 3"))
    assert "these keys differ: experiment.test" in atlas.refused("experiment", "run", config, "--output", "whole")


def check_every_part(folder: Path, document: JsonObject) -> None:
    names = {path.name for path in folder.iterdir()}
    assert {"report.json", "report.md", "report.html", "run.json", "playbooks", "history"} <= names
    assert {"learning_curve.svg", "learning_curve.png", "differences.svg", "success.svg"} <= names
    assert document["simulated"] is True
    arms = {arm["arm"]: arm for arm in document["arms"]}
    assert sum(arm["sessions"] for name, arm in arms.items() if name != "validation") == SESSIONS
    assert {arm["sessions"] for name, arm in arms.items() if name.endswith(", test")} == {8}
    assert {"student", "synthesizer", "teacher"} <= set(arms["seeding"]["usage_by_role"])
    assert set(arms["atlas frozen, test"]["usage_by_role"]) == {"student"}
    assert arms["validation"]["usage_by_role"]["student"]["total_tokens"] > 0
    assert document["contamination"]["clean"] is True
    assert document["infrastructure_failures"] == []
    assert all(book["trials"] for book in document["playbooks"])


def test_too_small_a_dataset_is_refused_before_anything_is_begun(atlas: Atlas, config: str) -> None:
    (atlas.folder / config).write_text(EXPERIMENT.replace("test: 4", "test: 50"))
    assert "asks for 50" in atlas.refused("experiment", "run", config, "--output", "other")
    assert not (atlas.folder / "other").exists()
    assert "other holds no experiment" in atlas.refused("experiment", "report", "other")


def test_a_sweep_plays_each_run_config_and_says_that_no_model_differs(atlas: Atlas, config: str) -> None:
    (atlas.folder / "one.yaml").write_text(RUN)
    (atlas.folder / "two.yaml").write_text(f"{RUN}learning: {{max_entries_per_session: 1}}\n")
    small = EXPERIMENT.replace("orders: 2", "orders: 1").replace("test: 4", "test: 2")
    (atlas.folder / config).write_text(small)
    done = atlas("experiment", "run", config, "--sweep", "one.yaml", "two.yaml", "--output", "out")
    assert done.returncode == 0, done.stderr
    assert "the same scripts did in each" in " ".join(done.stdout.split())
    sweep = json.loads((atlas.folder / "out/report.json").read_text())
    assert [variant["name"] for variant in sweep["variants"]] == ["one", "two"]
    assert len(sweep["between_variants"]) == 2
    assert (atlas.folder / "out/two/report.html").is_file()
    assert "the same scripts" in (atlas.folder / "out/report.html").read_text()
