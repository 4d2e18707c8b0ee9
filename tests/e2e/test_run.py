"""`atlas run`: the runbook, over real HTTP to a local model server, on a real PostgreSQL."""

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
from tests.e2e.scripted_server import config, play
from tests.model_server import ModelServer, Reply

MakeTasks = Callable[..., str]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(play) as running:
        yield running


@pytest.fixture
def tasks(atlas: Atlas, dataset: Callable[..., Path]) -> MakeTasks:
    """Writes a task file of the first `limit` conversations and gives its name."""

    def make(limit: int = 4) -> str:
        done = atlas("crm", "tasks", "--dataset", dataset(), "--output", "tasks.jsonl", "--limit", str(limit))
        assert done.returncode == 0, done.stderr
        return "tasks.jsonl"

    return make


def write(atlas: Atlas, text: str) -> str:
    (atlas.folder / "run.yaml").write_text(text)
    return "run.yaml"


def lines(path: Path) -> list[JsonObject]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_runbooks_smoke_test(atlas: Atlas, tasks: MakeTasks, server: ModelServer, crm_url: str) -> None:
    arguments = ("run", "--config", write(atlas, config(server.url)), "--task-file", tasks(), "--output-dir", "out")
    done = atlas(*arguments, "--limit", "1", OPENAI_API_KEY="sk-test-0123456789abcdef")
    assert done.returncode == 0, done.stderr
    out = atlas.folder / "out"
    assert {path.name for path in out.iterdir()} == {
        "tasks.jsonl", "sessions.jsonl", "metrics.json", "README.md", "report.md", "learning_curve.png",
    }  # fmt: skip
    (session,) = lines(out / "sessions.jsonl")
    assert session["execution_mode"] == "paired"
    assert session["session_reward"]["score"] > 0
    usage = session["atlas_metadata"]["token_usage"]
    assert usage["prompt_tokens"] > 0
    assert usage["calls"] == len(server.requests)
    assert session["atlas_metadata"]["adaptive_summary"]["adaptive_mode"] == "paired"
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["simulated"] is False
    assert {"student", "teacher", "judge", "synthesizer"} <= set(metrics["usage_by_role"])
    assert metrics["cost_usd"] > 0
    everything = "".join(path.read_text() for path in out.iterdir() if path.suffix != ".png")
    assert "sk-test-0123456789abcdef" not in everything + done.stdout + done.stderr
    assert crm_rows(crm_url) == 0, "the session was rolled back"


def crm_rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        schemas = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'clients'").fetchall()
        assert schemas, "the CRM was played on this database"
        return sum(len(connection.execute(f'TABLE "{name}".clients').fetchall()) for (name,) in schemas)


def test_students_get_native_tools_and_nobody_gets_the_target(
    atlas: Atlas, tasks: MakeTasks, server: ModelServer
) -> None:
    done = atlas(
        "run", "--config", write(atlas, config(server.url)), "--task-file", tasks(6), "--output-dir", "out"
    )
    assert done.returncode == 0, done.stderr
    student = [body for body in server.requests if body["model"] == "student-model"]
    assert all(len(body["tools"]) == 38 for body in student)
    assert any(message["role"] == "tool" for message in student[-1]["messages"])
    assert {body["model"] for body in server.requests} >= {"student-model", "teacher-model", "judge-model"}
    replies = [
        turn["expected_response"]["text"]
        for task in lines(atlas.folder / "tasks.jsonl")
        for turn in task["conversation"]["turns"]
    ]
    asked = json.dumps([body for body in server.requests if body["model"] == "student-model"])
    spoken = "".join(turn["agent_response_text"] for s in lines(atlas.folder / "out/sessions.jsonl")
                     for turn in s["conversation_result"]["per_turn_results"])  # fmt: skip
    leaked = [reply for reply in replies if json.dumps(reply)[1:-1] in asked and reply not in spoken]
    assert leaked == []


def test_the_same_command_goes_on_after_kill_9(atlas: Atlas, tasks: MakeTasks, server: ModelServer) -> None:
    arguments = (
        "run",
        "--config",
        write(atlas, config(server.url)),
        "--task-file",
        tasks(6),
        "--output-dir",
        "out",
    )
    running = atlas.start(*arguments)
    deadline = time.monotonic() + 60
    while stored(atlas) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    before = stored(atlas)
    assert 2 <= before < 6, "killed in the middle"
    done = atlas(*arguments)
    assert done.returncode == 0, done.stderr
    sessions = lines(atlas.folder / "out/sessions.jsonl")
    assert len({session["session_id"] for session in sessions}) == len(sessions) == 6
    asked = len(server.requests)
    again = atlas(*arguments)
    assert again.returncode == 0
    assert len(server.requests) == asked, "nothing is played twice"


def stored(atlas: Atlas) -> int:
    """Finished sessions of the run whose task file lies in the folder."""
    run_id = lines(atlas.folder / "tasks.jsonl")[0]["run_id"]
    with psycopg.connect(atlas.environ["STORAGE__DATABASE_URL"]) as connection:
        if connection.execute("SELECT to_regclass('sessions')").fetchone() == (None,):
            return 0
        row = connection.execute("SELECT count(*) FROM sessions WHERE run_id = %s", [run_id]).fetchone()
    assert row is not None
    return int(row[0])


def test_the_task_file_in_the_output_folder_is_left_alone(
    atlas: Atlas, tasks: MakeTasks, server: ModelServer
) -> None:
    name = tasks(3)
    before = (atlas.folder / name).read_bytes()
    arguments = ("run", "--config", write(atlas, config(server.url)), "--task-file", name, "--output-dir", ".")
    assert atlas(*arguments, "--limit", "1").returncode == 0
    assert (atlas.folder / name).read_bytes() == before
    assert len(lines(atlas.folder / "sessions.jsonl")) == 1


def test_another_config_does_not_resume(atlas: Atlas, tasks: MakeTasks, server: ModelServer) -> None:
    name = tasks(1)
    assert atlas("run", "--config", write(atlas, config(server.url)), "--task-file", name).returncode == 0
    write(atlas, config(server.url, mode="auto", max_retries="3"))
    said = atlas.refused("run", "--config", "run.yaml", "--task-file", name)
    assert "config.orchestration.forced_mode, config.orchestration.max_retries" in said


def test_an_outage_is_recorded_and_played_again(atlas: Atlas, tasks: MakeTasks, server: ModelServer) -> None:
    arguments = (
        "run",
        "--config",
        write(atlas, config(server.url)),
        "--task-file",
        tasks(2),
        "--output-dir",
        "out",
    )
    server.handler = lambda body: (
        Reply(status=500, error="down") if body["model"] == "student-model" else play(body)
    )
    done = atlas(*arguments)
    assert done.returncode == 1
    assert "all 2 sessions failed, the first one because the student model student-model failed" in done.stderr
    metrics = json.loads((atlas.folder / "out/metrics.json").read_text())
    assert metrics["failed_runs"] == 2
    assert metrics["reward_summary"]["count"] == 0
    assert "student model student-model failed after 2 attempts" in metrics["failures"][0]["message"]
    server.handler = play
    assert atlas(*arguments).returncode == 0
    assert json.loads((atlas.folder / "out/metrics.json").read_text())["failed_runs"] == 0


def test_a_budget_stops_the_run_and_keeps_what_is_finished(
    atlas: Atlas, tasks: MakeTasks, server: ModelServer
) -> None:
    arguments = (
        "run",
        "--config",
        write(atlas, config(server.url)),
        "--task-file",
        tasks(4),
        "--output-dir",
        "out",
    )
    done = atlas(*arguments, "--budget-usd", "0.0001")
    assert done.returncode == 1
    assert "the budget of $0.00 is spent after 1 of 4 sessions" in done.stderr
    assert stored(atlas) == 1
    assert atlas(*arguments).returncode == 0


@pytest.mark.parametrize("mode", ["auto", "coach", "escalate"])
def test_every_mode_runs(atlas: Atlas, tasks: MakeTasks, server: ModelServer, mode: str) -> None:
    name = write(atlas, config(server.url, mode=mode, backend="mock"))
    done = atlas("run", "--config", name, "--task-file", tasks(2), "--output-dir", "out")
    assert done.returncode == 0, done.stderr
    assert {session["execution_mode"] for session in lines(atlas.folder / "out/sessions.jsonl")} == {mode}


def test_offline_mode_needs_no_key_and_says_simulated(atlas: Atlas, tasks: MakeTasks) -> None:
    shipped = Path(__file__).parents[2] / "configs/atlas/crm_harness.yaml"
    done = atlas("run", "--config", shipped, "--task-file", tasks(2), "--output-dir", "out", ATLAS_OFFLINE_MODE="1")
    assert done.returncode == 0, done.stderr
    assert "SIMULATED" in done.stdout
    assert all(session["simulated"] for session in lines(atlas.folder / "out/sessions.jsonl"))
    assert json.loads((atlas.folder / "out/metrics.json").read_text())["simulated"] is True


def test_without_a_key_the_variable_is_named(atlas: Atlas, tasks: MakeTasks) -> None:
    shipped = Path(__file__).parents[2] / "configs/atlas/crm_harness.yaml"
    said = atlas.refused("run", "--config", shipped, "--task-file", tasks(1))
    assert "OPENAI_API_KEY" in said


def test_wrong_input_is_one_sentence(atlas: Atlas, tasks: MakeTasks, server: ModelServer) -> None:
    good, name = write(atlas, config(server.url)), tasks(2)
    assert "nowhere.yaml: no such config file" in atlas.refused(
        "run", "--config", "nowhere.yaml", "--task-file", name
    )
    assert "nowhere.jsonl: there is no such file" in atlas.refused(
        "run", "--config", good, "--task-file", "nowhere.jsonl"
    )
    (atlas.folder / "twice.jsonl").write_text((atlas.folder / name).read_text().splitlines()[0] + "\n")
    with (atlas.folder / "twice.jsonl").open("a") as file:
        file.write((atlas.folder / name).read_text().splitlines()[0] + "\n")
    said = atlas.refused("run", "--config", good, "--task-file", "twice.jsonl")
    assert "twice.jsonl:2: task_id:" in said
    assert "already on line 1" in said
    (atlas.folder / "broken.jsonl").write_text("{]\n")
    assert "broken.jsonl:1: not a JSON object" in atlas.refused(
        "run", "--config", good, "--task-file", "broken.jsonl"
    )
    write(atlas, config(server.url) + "\ntelemtry: {}\n")
    assert "telemtry: unknown key" in atlas.refused("run", "--config", "run.yaml", "--task-file", name)


def test_an_unreachable_database_is_named(atlas: Atlas, tasks: MakeTasks, server: ModelServer) -> None:
    address = "postgresql://atlas:secret-word@127.0.0.1:1/atlas"
    arguments = ("run", "--config", write(atlas, config(server.url)), "--task-file", tasks(1))
    done = atlas(*arguments, STORAGE__DATABASE_URL=address)
    assert done.returncode == 1
    assert "127.0.0.1:1/atlas" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret-word" not in done.stderr
    assert "Traceback" in atlas("--debug", *arguments, STORAGE__DATABASE_URL=address).stderr


def test_a_full_disk_loses_nothing_that_is_finished(atlas: Atlas, tasks: MakeTasks, server: ModelServer) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    arguments = ("run", "--config", write(atlas, config(server.url)), "--task-file", tasks(1))
    done = atlas(*arguments, "--output-dir", "/dev/full/out")
    assert done.returncode == 1
    assert "/dev/full/out/tasks.jsonl cannot be written" in done.stderr
    assert stored(atlas) == 1
    asked = len(server.requests)
    assert atlas(*arguments, "--output-dir", "out").returncode == 0
    assert len(server.requests) == asked, "the finished session was not played again"
