"""`atlas crm eval`: trials, resume after a kill, the budget, and who plays under which name."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from atlas.core.json import JsonObject
from tests.e2e.conftest import Atlas
from tests.e2e.scripted_server import play
from tests.model_server import ModelServer, Reply

MakeDataset = Callable[..., Path]


def student(body: JsonObject) -> Reply:
    """The scripted student, under the name of a model that has a list price."""
    return play(body | {"model": "student-model"})


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(student) as running:
        yield running


def metrics(folder: Path) -> JsonObject:
    found: JsonObject = json.loads((folder / "metrics.json").read_text())
    return found


def slots(folder: Path) -> list[str]:
    lines = (folder / "sessions.jsonl").read_text().splitlines()
    return [json.loads(line)["session_id"].split("/", 1)[1] for line in lines]


def without_times(document: JsonObject) -> JsonObject:
    return {key: value for key, value in document.items() if key not in ("timestamp", "run_id", "command")}


def test_trials_differ_and_pass_k_falls(atlas: Atlas, dataset: MakeDataset) -> None:
    arguments = (
        "crm",
        "eval",
        "--dataset",
        dataset(20),
        "--backend",
        "mock",
        "--agent",
        "offline",
        "--trials",
        "3",
    )
    done = atlas(*arguments, "--output", "out")
    assert done.returncode == 0, done.stderr
    (arm,) = metrics(atlas.folder / "out")["arms"]
    assert (arm["sessions"], arm["tasks"]) == (60, 20)
    values = [entry["value"] for entry in arm["pass_k"]]
    assert [entry["k"] for entry in arm["pass_k"]] == [1, 2, 3]
    assert values[0] > values[1] > values[2] > 0
    assert "SIMULATED" in done.stdout
    again = atlas(*arguments, "--output", "again", "--concurrency", "1")
    assert again.returncode == 0
    assert slots(atlas.folder / "again") == slots(atlas.folder / "out")
    one, other = (without_times(metrics(atlas.folder / name)) for name in ("out", "again"))
    assert one["arms"] == other["arms"]


def test_the_same_command_goes_on_after_kill_9(atlas: Atlas, dataset: MakeDataset, server: ModelServer) -> None:
    path = dataset(8)
    arguments = ("crm", "eval", "--dataset", path, "--agent", "chat", "--model", "gpt-4.1-mini", "--trials", "2",
                 "--api-base", server.url, "--concurrency", "2", "--resume")  # fmt: skip
    whole = atlas(*arguments, "--output", "whole")
    assert whole.returncode == 0, whole.stderr
    calls = len(server.requests)
    server.handler = lambda body: _slow(student(body))
    running = atlas.start(*arguments, "--output", "killed")
    wait_for_sessions(atlas, atlas.folder / "killed", 3)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    server.handler = student
    done = atlas(*arguments, "--output", "killed")
    assert done.returncode == 0, done.stderr
    assert slots(atlas.folder / "killed") == slots(atlas.folder / "whole")
    assert len(set(slots(atlas.folder / "killed"))) == 16
    assert metrics(atlas.folder / "killed")["arms"] == metrics(atlas.folder / "whole")["arms"]
    asked = len(server.requests)
    assert asked < 2 * calls + 100, "what was finished before the kill was not played again"
    assert atlas(*arguments, "--output", "killed").returncode == 0
    assert len(server.requests) == asked, "a finished run is not played again"


def _slow(reply: Reply) -> Reply:
    return Reply(reply.text, reply.tool_calls, reply.usage, delay_s=0.03)


def wait_for_sessions(atlas: Atlas, folder: Path, count: int) -> None:
    """Until `count` sessions of the run in `folder` are stored."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if (folder / "run.json").exists():
            run_id = json.loads((folder / "run.json").read_text())["run_id"]
            with psycopg.connect(atlas.environ["STORAGE__DATABASE_URL"]) as connection:
                query = "SELECT count(*) FROM sessions WHERE run_id = %s"
                row = connection.execute(query, [run_id]).fetchone()
            if row and row[0] >= count:
                return
        time.sleep(0.02)
    raise AssertionError(f"no {count} sessions within a minute")


def test_a_folder_belongs_to_one_run(atlas: Atlas, dataset: MakeDataset) -> None:
    path = dataset()
    arguments = ("crm", "eval", "--dataset", path, "--backend", "mock", "--output", "out")
    assert atlas(*arguments).returncode == 0
    before = (atlas.folder / "out/metrics.json").read_bytes()
    assert "out holds run" in atlas.refused(*arguments)
    assert "add --resume" in atlas.refused(*arguments)
    said = atlas.refused(*arguments, "--resume", "--seed", "7", "--agent", "null")
    assert "these keys differ: agent, seed" in " ".join(said.split())
    assert (atlas.folder / "out/metrics.json").read_bytes() == before


def test_without_a_folder_the_last_run_of_the_same_config_goes_on(atlas: Atlas, dataset: MakeDataset) -> None:
    arguments = ("crm", "eval", "--dataset", dataset(), "--backend", "mock", "--resume")
    first, second = (atlas(*arguments).stdout.split()[1] for _ in range(2))
    assert first == second
    assert atlas(*arguments, "--agent", "null").stdout.split()[1] != first
    assert atlas(*arguments[:-1]).stdout.split()[1] != first


def test_the_budget_stops_the_run_and_a_larger_one_completes_it(
    atlas: Atlas, dataset: MakeDataset, server: ModelServer
) -> None:
    server.handler = lambda body: Reply("Hello.")
    arguments = ("crm", "eval", "--dataset", dataset(), "--agent", "chat", "--model", "gpt-4.1-mini", "--backend",
                 "mock", "--api-base", server.url, "--output", "out", "--resume", "--concurrency", "1")  # fmt: skip
    stopped = atlas(*arguments, "--budget-usd", "0.0001")
    assert stopped.returncode == 1
    assert "is spent after" in " ".join(stopped.stderr.split())
    played = metrics(atlas.folder / "out")
    assert 1 <= played["total_conversations"] < 10
    assert played["cost_usd"] >= 0.0001
    asked = len(server.requests)
    done = atlas(*arguments, "--budget-usd", "5")
    assert done.returncode == 0, done.stderr
    whole = metrics(atlas.folder / "out")
    assert whole["total_conversations"] == 10
    assert whole["usage_by_role"]["student"]["calls"] == len(server.requests) > asked
    assert 0.0001 < whole["cost_usd"] < 5


def test_a_budget_needs_a_price(atlas: Atlas, dataset: MakeDataset, server: ModelServer) -> None:
    arguments = (
        "crm",
        "eval",
        "--dataset",
        dataset(),
        "--agent",
        "chat",
        "--model",
        "homemade",
        "--backend",
        "mock",
    )
    stopped = atlas(*arguments, "--api-base", server.url, "--budget-usd", "1", "--concurrency", "1")
    assert stopped.returncode == 1
    assert "has no known price" in " ".join(stopped.stderr.split())
    assert len({str(call.body["messages"][0]) for call in server.calls}) == 1, "one session, then it stopped"


def test_the_names_of_the_older_benchmark(atlas: Atlas, dataset: MakeDataset) -> None:
    arguments = ("crm", "eval", "--dataset", dataset(), "--backend", "mock", "--agent")
    mock = atlas(*arguments, "mock", "--output", "mock")
    assert mock.returncode == 0
    assert metrics(atlas.folder / "mock")["arms"][0]["strict_success"]["rate"] == 1.0
    assert "needs an API key in OPENAI_API_KEY" in atlas.refused(*arguments, "gpt4.1-mini")
    assert "needs an API key in ANTHROPIC_API_KEY" in atlas.refused(*arguments, "claude")
    assert "--agent claude plays without them" in atlas.refused(*arguments, "claude", "--model", "gpt-4.1")
    offline = atlas(*arguments, "claude", ATLAS_OFFLINE_MODE="1")
    assert "SIMULATED" in offline.stdout


def test_a_judge_grades_beside_the_rules(atlas: Atlas, dataset: MakeDataset) -> None:
    arguments = ("crm", "eval", "--dataset", dataset(), "--backend", "mock", "--agent", "oracle", "--output", "out")
    done = atlas(*arguments, "--judge-model", "offline/judge")
    assert done.returncode == 0, done.stderr
    found = metrics(atlas.folder / "out")
    (arm,) = found["arms"]
    assert arm["strict_success"]["rate"] == 1.0
    (check,) = [check for check in arm["checks"] if check["verifier"] == "llm_judge"]
    assert (check["required"], check["decided_by"], check["sessions"]["total"]) == (False, "judge", 10)
    assert found["usage_by_role"]["judge"]["calls"] == 10
    assert found["simulated"] is True


def test_two_processes_never_play_one_run(atlas: Atlas, dataset: MakeDataset, server: ModelServer) -> None:
    server.handler = lambda body: _slow(student(body))
    arguments = ("crm", "eval", "--dataset", dataset(), "--agent", "chat", "--model", "gpt-4.1-mini", "--backend",
                 "mock", "--api-base", server.url, "--output", "out", "--concurrency", "1", "--resume")  # fmt: skip
    running = atlas.start(*arguments)
    wait_for_sessions(atlas, atlas.folder / "out", 1)
    assert "is being played by another process" in " ".join(atlas.refused(*arguments).split())
    running.communicate()
    assert running.returncode == 0
