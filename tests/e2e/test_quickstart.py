"""`atlas quickstart`: what a newcomer sees, and that it can be believed."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path

import psycopg
import pytest

from atlas.core.json import JsonObject, JsonValue
from tests.e2e.conftest import Atlas

SMALL = ("--train", "12", "--heldout", "10")
ARMS = ("student alone", "learning", "placebo", "frozen playbook")


def folder_of(atlas: Atlas) -> Path:
    (folder,) = (atlas.folder / "artifacts/quickstart").iterdir()
    return folder


def sessions(folder: Path) -> list[JsonObject]:
    return [json.loads(line) for line in (folder / "sessions.jsonl").read_text().splitlines()]


def stored(atlas: Atlas, run_id: str) -> int:
    """Finished sessions of a run."""
    with psycopg.connect(atlas.environ["STORAGE__DATABASE_URL"]) as connection:
        row = connection.execute("SELECT count(*) FROM sessions WHERE run_id = %s", [run_id]).fetchone()
    assert row is not None
    return int(row[0])


def status_of(atlas: Atlas, run_id: str) -> str:
    with psycopg.connect(atlas.environ["STORAGE__DATABASE_URL"]) as connection:
        row = connection.execute("SELECT status FROM runs WHERE run_id = %s", [run_id]).fetchone()
    assert row is not None
    return str(row[0])


def timeless(value: JsonValue, run_id: str) -> JsonValue:
    """A record without the fields that hold times, and with the run's id made neutral."""
    if isinstance(value, dict):
        return {
            key.replace(run_id, "RUN"): timeless(item, run_id)
            for key, item in value.items()
            if not re.search(r"(_at|duration_s|timestamp)$", key)
        }
    if isinstance(value, list):
        return [timeless(item, run_id) for item in value]
    return value.replace(run_id, "RUN") if isinstance(value, str) else value


def test_the_whole_story(atlas: Atlas) -> None:
    done = atlas("quickstart", *SMALL)
    assert done.returncode == 0, done.stderr
    assert "SIMULATED" in done.stdout
    folder = folder_of(atlas)
    names = {"tasks.jsonl", "sessions.jsonl", "metrics.json", "README.md", "report.md", "learning_curve.png"}
    assert {path.name for path in folder.iterdir()} == names
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["simulated"] is True
    assert [arm["arm"] for arm in metrics["arms"]] == list(ARMS)
    assert [arm["sessions"] for arm in metrics["arms"]] == [10, 12, 10, 10]
    assert metrics["failed_runs"] == 0
    assert len(metrics["comparisons"]) == 2
    assert "simulated" in (folder / "report.md").read_text().lower()
    assert (folder / "learning_curve.png").read_bytes().startswith(b"\x89PNG")
    frozen = [s for s in sessions(folder) if s["session_metadata"]["arm"] == "frozen playbook"]
    assert any(s["session_metadata"]["entries_shown"] for s in frozen), "lessons reached the student"
    assert len({s["session_metadata"]["playbook_version"] for s in frozen}) == 1, "one frozen version"


def test_the_same_seed_gives_the_same_sessions(atlas: Atlas) -> None:
    records = []
    for name in ("one", "two"):
        assert atlas("quickstart", *SMALL, "--seed", "3", "--output-dir", name).returncode == 0
        (folder,) = (atlas.folder / name).iterdir()
        records.append(timeless(sessions(folder), folder.name))
    assert records[0] == records[1]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_is_completed_by_resume(atlas: Atlas, sent: signal.Signals) -> None:
    whole = atlas("quickstart", *SMALL, "--seed", "3", "--output-dir", "whole")
    assert whole.returncode == 0, whole.stderr
    running = atlas.start("quickstart", *SMALL, "--seed", "3", "--output-dir", "resumed")
    assert running.stdout is not None
    first = running.stdout.readline()
    run_id = re.search(r"Run (\S+):", first)
    assert run_id, first
    deadline = time.monotonic() + 60
    while stored(atlas, run_id[1]) < 14 and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(sent)
    said, _ = running.communicate(timeout=60)
    assert stored(atlas, run_id[1]) < 42, "interrupted in the middle"
    if sent == signal.SIGINT:
        assert running.returncode == 130
        assert f"atlas quickstart --resume {run_id[1]}" in said
        assert status_of(atlas, run_id[1]) == "interrupted"
    arguments = ("quickstart", *SMALL, "--seed", "3", "--output-dir", "resumed", "--resume", run_id[1])
    done = atlas(*arguments)
    assert done.returncode == 0, done.stderr
    assert status_of(atlas, run_id[1]) == "succeeded"
    (one,), (two,) = (list((atlas.folder / name).iterdir()) for name in ("whole", "resumed"))
    assert timeless(sessions(one), one.name) == timeless(sessions(two), two.name)


def test_resume_needs_a_known_run_and_an_equal_plan(atlas: Atlas) -> None:
    assert "there is no run 'nowhere'" in atlas.refused("quickstart", "--resume", "nowhere")
    assert atlas("quickstart", "--train", "2", "--heldout", "2").returncode == 0
    said = atlas.refused("quickstart", "--train", "3", "--heldout", "2", "--resume", folder_of(atlas).name)
    assert "these keys differ: plan.train" in said
