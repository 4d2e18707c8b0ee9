"""`atlas env init` and `atlas run --task`: a project of one's own, from finding it to the reward in the store."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from atlas.core.json import JsonObject
from atlas.core.tools import ToolCall
from tests.discovery.projects import COUNTER, STEPPER, ended, project
from tests.e2e.conftest import Atlas
from tests.model_server import ModelServer, Reply

DECORATED = """
    import atlas

    @atlas.environment(name="desk")
    class Lamp:
        def reset(self, task):
            self.on = False
            return "dark"
        def step(self, action):
            self.on = action == "switch"
            return "bright" if self.on else "dark", 1.0, True, {}

    @atlas.agent
    def clerk(observation, guidance):
        return "switch"
"""
STATIC = """
    import gymnasium

    class GridEnv(gymnasium.Env):
        def reset(self, *, seed=None, options=None):
            super().reset(seed=seed)
            self.at = 0
            return self.at, {}
        def step(self, action):
            self.at += action
            return self.at, 0.25, self.at == 3, False, {}

    class Walker:
        def act(self, observation):
            return 1
"""


@pytest.fixture
def place(atlas: Atlas) -> Path:
    """A folder for a project; `build` is one that discovery skips inside of projects."""
    return atlas.folder / "build" / "shop"


def init(atlas: Atlas, place: Path, *more: str) -> str:
    done = atlas("env", "init", place, "--yes", "--task", "do it", *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def play(atlas: Atlas, place: Path, *more: str, **variables: str) -> JsonObject:
    """The session's record of `atlas run --task`."""
    done = atlas("run", "--path", place, "--task", "do it", *more, **variables)
    assert done.returncode == 0, done.stderr
    (run,) = (place / ".atlas" / "runs").iterdir()
    (line,) = (run / "sessions.jsonl").read_text().splitlines()
    record: JsonObject = json.loads(line)
    return record


def rows(atlas_url: str, query: str, *values: Any) -> list[Any]:
    with psycopg.connect(atlas_url) as connection:
        return connection.execute(query.encode(), values).fetchall()


@pytest.mark.parametrize(
    ("text", "found", "total"),
    [
        (DECORATED, "decorated with @atlas.environment", 1.0),
        (COUNTER + STEPPER, "has reset, step, close", 1.0),
        (STATIC, "a subclass of gymnasium.Env", 0.75),
    ],
    ids=["decorators", "protocols", "static"],
)
def test_from_a_project_to_a_reward_in_the_store(
    atlas: Atlas, atlas_url: str, place: Path, text: str, found: str, total: float
) -> None:
    project(place, "__init__.py", shop=text)
    assert f"({found})" in init(atlas, place)
    record = play(atlas, place)
    assert record["session_reward"]["score"] == pytest.approx(0.7 * total + 0.3 * judged(record))
    (root, task, source, payload) = rows(
        atlas_url, "SELECT project_root, task, source, payload FROM discovery_runs ORDER BY id DESC LIMIT 1"
    )[0]
    assert (root, task, source) == (str(place), "do it", "runtime")
    (verdict,) = payload["verdicts"]
    assert (verdict["verifier"], verdict["score"]) == ("environment_reward", total)
    ((reward, status, mode),) = rows(
        atlas_url,
        "SELECT (reward_stats->>'score')::float, status, execution_mode FROM sessions WHERE session_key = %s",
        rows(atlas_url, "SELECT metadata->>'session_id' FROM discovery_runs ORDER BY id DESC LIMIT 1")[0][0],
    )
    assert (reward, status, mode) == (pytest.approx(record["session_reward"]["score"]), "succeeded", "paired")


def judged(record: JsonObject) -> float:
    parts = {part["name"]: part["score"] for part in record["session_reward"]["parts"]}
    return float(parts["judges"])


def test_the_discovery_is_stored_with_what_was_found(atlas: Atlas, atlas_url: str, place: Path) -> None:
    project(place, shop=COUNTER + STEPPER)
    init(atlas, place, "--env-arg", "start=2")
    ((source, payload),) = rows(
        atlas_url, "SELECT source, payload FROM discovery_runs WHERE project_root = %s", str(place)
    )
    assert (source, payload["environment"]["kwargs"], payload["reward"]["steps"]) == ("discovery", {"start": 2}, 2)
    assert json.loads((place / ".atlas/discover.json").read_text()) == payload
    checked = atlas("config", "check", place / ".atlas/generated_config.yaml")
    assert checked.stdout.strip().endswith(": sound")


def test_crm_env_is_found_and_played(atlas: Atlas, place: Path, dataset: Callable[..., Path]) -> None:
    text = f"""
        import atlas
        from atlas.environments.crm.gym.env import CrmEnv
        from atlas.runs.gym import make_env

        @atlas.environment
        def crm() -> CrmEnv:
            return make_env({str(dataset())!r})

        class Clerk:
            def act(self, observation):
                return {{"tool": "reply", "arguments": {{"text": observation["task"]["utterance"]}}}}
    """
    project(place, shop=text)
    assert "shop:crm" in init(atlas, place)
    record = play(atlas, place)
    assert record["session_reward"]["parts"][0]["name"] == "environment"


def test_crm_env_needs_no_line_of_code(atlas: Atlas, place: Path, dataset: Callable[..., Path]) -> None:
    project(
        place, shop="class Clerk:\n    def act(self, observation):\n        return {'tool': 'summarize_counts'}\n"
    )
    said = init(atlas, place, "--env-fn", "atlas.runs.gym:make_env", "--env-arg", f"dataset={dataset()}")
    assert "20 actions, done" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise RuntimeError('no luck')", "raised RuntimeError: no luck (shop.py:"),
        ("import time\ntime.sleep(60)", "took longer than 2 s; --timeout allows more"),
        ("import os\nprint('last words')\nos._exit(0)", "with exit code 0; the last it printed: last words"),
    ],
    ids=["crashes", "hangs", "exits"],
)
def test_a_project_that_cannot_be_tried(atlas: Atlas, place: Path, text: str, said: str) -> None:
    project(place, shop=f"{text}\nclass Counter: ...\n", desk=COUNTER + STEPPER)
    done = atlas("env", "init", place, "--yes", "--env-fn", "shop:Counter", "--timeout", "2")
    assert done.returncode == 1
    assert done.stderr.startswith("error: environment shop:Counter of the project")
    assert said in done.stderr
    assert not (place / ".atlas").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "killed"])
def test_the_projects_process_never_outlives_the_command(atlas: Atlas, place: Path, stop: signal.Signals) -> None:
    endless = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\nwhile True: time.sleep(0.1)\n"
    project(place, shop=f"{endless}class Counter: ...\n", desk=COUNTER + STEPPER)
    running = atlas.start("env", "init", place, "--yes", "--env-fn", "shop:Counter")
    pid = wait_for(lambda: (place / "pid").read_text() if (place / "pid").exists() else "")
    running.send_signal(stop)
    running.communicate(timeout=30)
    assert running.returncode == (130 if stop == signal.SIGINT else -signal.SIGKILL)
    assert wait_for(lambda: "gone" if ended(int(pid)) else "")
    assert not (place / ".atlas").exists()


def wait_for(look: Callable[[], str]) -> str:
    """What `look` sees, as soon as it sees something."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.05)
    return ""


def test_garbage_on_standard_output_does_no_harm(atlas: Atlas, place: Path) -> None:
    noisy = COUNTER.replace("self.left -= action", "self.left -= action; print('{\"error\": 1}\\n\\xff' * 1000)")
    project(place, shop=noisy + STEPPER)
    assert "3 actions, done, paid 1" in init(atlas, place)


def test_a_failure_in_a_run_is_no_score(atlas: Atlas, atlas_url: str, place: Path) -> None:
    text = (
        COUNTER.replace("self.left -= action", "self.left -= action; assert not os.environ.get('BROKEN')") + STEPPER
    )
    project(place, shop=f"import os\n{text.replace(chr(10) + '    ', chr(10))}")
    init(atlas, place)
    done = atlas("run", "--path", place, "--task", "do it", "--env", "BROKEN=1")
    assert done.returncode == 1
    assert "failed (environment)" in done.stdout
    assert "AssertionError (shop.py:" in done.stderr
    query = "SELECT reward_stats, metadata->>'success' FROM sessions WHERE session_key LIKE %s"
    run = next((place / ".atlas/runs").iterdir()).name
    assert rows(atlas_url, query, f"{run}/%") == [(None, None)]


def test_no_key_reaches_the_project(atlas: Atlas, place: Path) -> None:
    text = COUNTER.replace('"task": task', '"task": sorted(os.environ)')
    project(place, shop="import os\n" + (text + STEPPER).replace("\n    ", "\n"))
    done = atlas("env", "init", place, "--yes", "--env", "MODE=dry", OPENAI_API_KEY="sk-test-0123456789abcdef")
    assert done.returncode == 0, done.stderr
    record = (place / ".atlas/discover.json").read_text()
    assert "sk-test" not in record
    seen = json.loads(record)["sample_history"]
    assert "OPENAI_API_KEY" not in json.dumps(seen)


def test_without_a_terminal_nothing_is_run(atlas: Atlas, place: Path) -> None:
    project(place, shop="open('ran', 'w')\n" + (COUNTER + STEPPER).replace("\n    ", "\n"))
    refused = atlas.refused("env", "init", place)
    assert "say --yes to allow it" in refused
    assert not (place / "ran").exists()
    assert not (place / ".atlas").exists()


@pytest.mark.parametrize(("word", "code"), [("y", 0), ("n", 2)])
def test_on_a_terminal_it_is_asked(atlas: Atlas, place: Path, word: str, code: int) -> None:
    project(place, shop=COUNTER + STEPPER)
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "wb", buffering=0) as keyboard:
        process = subprocess.Popen(
            [sys.executable, "-m", "atlas", "env", "init", str(place)],
            stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            cwd=atlas.folder, env=dict(atlas.environ),
        )  # fmt: skip
        os.close(theirs)
        keyboard.write(f"{word}\n".encode())
        said, _ = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert "none of your keys" in said
    assert (place / ".atlas").exists() == (code == 0)


def test_changed_sources_are_refused_until_discovered_again(atlas: Atlas, place: Path) -> None:
    project(place, shop=COUNTER + STEPPER)
    init(atlas, place)
    (place / "shop.py").write_text((place / "shop.py").read_text() + "\n# changed\n")
    assert "changed since it was discovered: shop.py" in atlas.refused("run", "--path", place, "--task", "do it")
    assert "--force" in atlas.refused("env", "init", place, "--yes")
    assert "written: " + str(place / ".atlas/generated_config.yaml") in init(atlas, place, "--force")
    play(atlas, place)


def test_an_edited_config_is_left_alone(atlas: Atlas, place: Path) -> None:
    project(place, shop=COUNTER + STEPPER)
    init(atlas, place)
    config = place / ".atlas/generated_config.yaml"
    config.write_text(config.read_text() + "# mine\n")
    assert "left as you edited it" in init(atlas, place, "--force")
    assert config.read_text().endswith("# mine\n")


def test_wrong_input_is_refused_before_anything_is_run(atlas: Atlas, place: Path) -> None:
    project(place, shop=COUNTER + STEPPER)
    assert "NAME=VALUE" in atlas.refused("env", "init", place, "--yes", "--env", "NOVALUE")
    assert "looks like a key" in atlas.refused("env", "init", place, "--yes", "--env-arg", "password=hunter22")
    assert "nothing has been discovered" in atlas.refused("run", "--path", place, "--task", "x")
    assert "say what to play" in atlas.refused("run", "--path", place)
    assert "--limit does nothing" in atlas.refused("run", "--path", place, "--task", "x", "--limit", "1")
    assert "needs --config" in atlas.refused("run", "--task-file", "x.jsonl")
    assert not (place / ".atlas").exists()


def test_the_scaffolded_project_plays_several_tasks(atlas: Atlas, place: Path) -> None:
    assert atlas("env", "scaffold", place).returncode == 0
    assert "is there already" in atlas.refused("env", "scaffold", place)
    init(atlas, place)
    done = atlas(
        "run", "--path", place, "--task", "one", "--task", "two", "--task", "three", "--learning-key", "desk"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("playbook desk version") == 3


def test_the_teacher_sends_an_episode_back_to_its_start(atlas: Atlas, place: Path) -> None:
    """What the teacher says reaches the project's own agent, and the environment begins anew."""
    seen: list[JsonObject] = []

    def teach(body: JsonObject) -> Reply:
        asked = json.loads(body["messages"][-1]["content"])
        seen.append(asked)
        answers = {
            "validate": {"valid": bool(asked.get("guidance")), "guidance": "mind the step", "rationale": "why"},
            "judge": {"principles": [], "score": 1.0, "rationale": "good", "uncertainty": 0.0},
        }
        return Reply(json.dumps(answers[asked["ask"]]))

    project(place, shop=COUNTER + STEPPER)
    init(atlas, place)
    with ModelServer(teach) as server:
        llm = f"{{provider: openai-compatible, model: m, api_base: {server.url}, api_key_env: null}}"
        config = (place / ".atlas/generated_config.yaml").read_text()
        config = re.sub(r"\{provider: offline, model: offline/(teacher|judge|arbiter)\}", llm, config)
        (atlas.folder / "real.yaml").write_text(config.replace("enabled: true", "enabled: false"))
        record = play(atlas, place, "--config", "real.yaml")
    assert record["final_answer"].startswith("do it: 3 taken; ")
    assert "mind the step" in record["final_answer"]
    (first, second) = (asked for asked in seen if asked["ask"] == "validate")
    assert [len(asked["steps"]) for asked in (first, second)] == [4, 4]
    assert first["steps"][1]["result"]["observation"] == second["steps"][1]["result"]["observation"] == {"left": 2}
    assert first["changes"]["updated"]["episode"]["now"]["steps"] == {"before": 0, "after": 3}
    assert record["session_reward"]["score"] == 1.0


def test_a_chat_agent_plays_the_projects_environment(atlas: Atlas, place: Path) -> None:
    def student(body: JsonObject) -> Reply:
        if body["messages"][-1]["role"] == "tool":
            return Reply("three taken at once")
        assert [tool["function"]["name"] for tool in body["tools"]] == ["observe", "act"]
        return Reply(tool_calls=(ToolCall("1", "act", '{"action": 3}'),))

    project(place, shop=COUNTER + STEPPER)
    config = "agent: {type: crm_harness, name: clerk, use_llm_judge: false, llm: LLM}\nteacher: {llm: OFF}\n"
    config += "orchestration: {forced_mode: auto}\nrim: {small_model: OFF, large_model: OFF}\n"
    config += "learning: {enabled: false}\n"
    init(atlas, place)
    with ModelServer(student) as server:
        llm = f"{{provider: openai-compatible, model: m, api_base: {server.url}, api_key_env: null}}"
        text = config.replace("LLM", llm).replace("OFF", "{provider: offline, model: m}")
        (atlas.folder / "chat.yaml").write_text(text)
        record = play(atlas, place, "--config", "chat.yaml")
    assert record["final_answer"] == "three taken at once"
    assert record["session_reward"]["score"] == 1.0


PAGE = Path(__file__).parents[2] / "docs" / "discovery.md"
VARYING = re.compile(
    r"\d{8}T\d{6}Z-[0-9a-f]{8}|discovery \d+|/\S*/desk|127\.0\.0\.1:\d+/\S+,"
    r"|\d+\.\d+(\.\d+)?( on .*)?$|all \d+|version \d+$"
)


def test_the_page_shows_what_the_commands_print(atlas: Atlas) -> None:
    assert atlas("db", "migrate").returncode == 0
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.DOTALL):
        for command, _, shown in (part.partition("\n") for part in block.removeprefix("$ ").split("\n$ ")):
            done = atlas(*shlex.split(command)[1:])
            assert done.returncode == 0, done.stderr
            assert same(done.stdout) == same(shown), command


def same(text: str) -> list[str]:
    """The lines that are the same wherever and whenever a command runs; what the kernel offers is not."""
    kernel = ("sandbox", "landlock", "seccomp", "namespaces")
    lines = (line for line in text.strip().splitlines() if line.split()[1] not in kernel)
    return [VARYING.sub("...", line) for line in lines]
