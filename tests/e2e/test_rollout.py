"""`atlas rollout process|evaluate`: groups that survive a kill, never doubled, never an empty success."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atlas.core.json import JsonObject
from tests.e2e.conftest import Atlas
from tests.e2e.scripted_server import play
from tests.model_server import ModelServer, Reply

KEYS = [
    *("tokens", "masks", "scores", "advantages", "ref_logprobs", "messages", "generation_params"),
    *("inference_logprobs", "overrides", "group_overrides", "images", "env_id", "distill_token_ids"),
    *("distill_logprobs", "atlas"),
]


def student(body: JsonObject) -> Reply:
    """The scripted student, under the name of a model that has a list price."""
    return play(body | {"model": "student-model"})


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(student) as running:
        yield running


def crm(server: ModelServer, file: str, *flags: str) -> tuple[str, ...]:
    """A small run of the CRM on a model behind HTTP."""
    return (
        *("rollout", "process", "crm", "--env.backend", "mock", "--env.total_steps", "6", "--env.group_size", "2"),
        *("--env.data_path_to_save_groups", file, "--openai.model_name", "gpt-4.1-mini"),
        *("--openai.base_url", server.url, *flags),
    )


def groups(path: Path) -> list[JsonObject]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def without_times(value: Any) -> Any:
    """The same without durations, which no two runs share."""
    if isinstance(value, dict):
        return {key: without_times(each) for key, each in value.items() if not key.endswith("duration_s")}
    return [without_times(each) for each in value] if isinstance(value, list) else value


def timeless(path: Path) -> list[JsonObject]:
    """The groups without the score's part of time, and so without its sum: over HTTP the model takes some."""
    found: list[JsonObject] = without_times(groups(path))
    for group in found:
        del group["scores"]
        for member in group["atlas"]["members"]:
            member["parts"] = [part for part in member["parts"] if part["name"] != "time"]
    return found


def test_offline_it_writes_the_references_keys_and_equal_runs_equal_groups(atlas: Atlas) -> None:
    arguments = ("rollout", "process", "crm", "--offline", "--env.backend", "mock", "--env.total_steps", "5")
    done = atlas(*arguments)
    assert done.returncode == 0, done.stderr
    assert "SIMULATED" in done.stdout
    assert "5 groups in rollouts/crm.jsonl" in done.stdout
    found = groups(atlas.folder / "rollouts/crm.jsonl")
    assert [list(group) for group in found] == [KEYS] * 5
    assert all(len(group["scores"]) == len(group["messages"]) == 4 for group in found)
    assert any(len(set(group["scores"])) > 1 for group in found), "sampling seeds part the trajectories of a group"
    assert all(group["atlas"]["simulated"] for group in found)
    page = (atlas.folder / "rollouts/crm.html").read_text()
    assert page.count("<summary>Group ") == 5
    slow = ("--env.max_concurrent_processes", "1", "--env.data_path_to_save_groups", "again.jsonl")
    assert atlas(*arguments, *slow).returncode == 0
    assert without_times(groups(atlas.folder / "again.jsonl")) == without_times(found)


def test_the_same_command_goes_on_after_kill_9(atlas: Atlas, server: ModelServer) -> None:
    whole = atlas(*crm(server, "whole.jsonl", "--resume", "--api-key", "s3cret-key-1"))
    assert whole.returncode == 0, whole.stderr
    calls = len(server.requests)
    server.handler = lambda body: _slow(student(body))
    killed = atlas.folder / "killed.jsonl"
    running = atlas.start(*crm(server, "killed.jsonl", "--resume", "--env.max_concurrent_processes", "2"))
    wait_for_groups(killed, 2)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    before = killed.read_bytes()
    # What a kill in the middle of a write would leave.
    killed.write_bytes(before + before.splitlines()[0][:-7])
    server.handler = student
    done = atlas(*crm(server, "killed.jsonl", "--resume"))
    assert done.returncode == 0, done.stderr
    assert "are there already" in done.stdout
    assert timeless(killed) == timeless(atlas.folder / "whole.jsonl")
    assert [group["atlas"]["group_id"] for group in groups(killed)] == [f"{step:06d}" for step in range(6)]
    assert len(server.requests) < 2 * calls + 60, "what was finished before the kill was not played again"
    written = "".join(path.read_text() for path in atlas.folder.glob("whole.*"))
    assert "s3cret-key-1" not in written + whole.stdout + whole.stderr
    assert server.calls[0].headers["Authorization"] == "Bearer s3cret-key-1"


def _slow(reply: Reply) -> Reply:
    return Reply(reply.text, reply.tool_calls, reply.usage, delay_s=0.03)


def wait_for_groups(path: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.01)
    raise AssertionError(f"no {count} groups within a minute")


def test_the_budget_stops_it_and_it_goes_on_under_an_equal_config_only(atlas: Atlas, server: ModelServer) -> None:
    stopped = atlas(*crm(server, "g.jsonl", "--budget-usd", "0.00005", "--env.max_concurrent_processes", "1"))
    assert stopped.returncode == 1
    assert "the budget of $0.00 is spent" in stopped.stderr
    kept = len(groups(atlas.folder / "g.jsonl"))
    assert 0 < kept < 6
    said = atlas.refused(*crm(server, "g.jsonl", "--resume", "--seed", "7", "--env.max_steps", "11"))
    assert "these keys differ: dataset_revision, env.max_steps, seed" in said
    further = [*crm(server, "g.jsonl", "--budget-usd", "5", "--resume")]
    further[further.index("--env.total_steps") + 1] = "8"
    done = atlas(*further)
    assert done.returncode == 0, done.stderr
    assert len(groups(atlas.folder / "g.jsonl")) == 8


def test_a_model_that_is_down_is_no_empty_success_and_one_failure_costs_no_group(
    atlas: Atlas, server: ModelServer
) -> None:
    server.handler = lambda body: Reply(status=401, error="no such key")
    done = atlas(*crm(server, "g.jsonl"))
    assert done.returncode == 1
    assert "6 of 6 groups are missing: no trajectory got through" in done.stderr
    assert "no such key" in done.stderr
    assert not (atlas.folder / "g.jsonl").exists()
    asked = 0

    def flaky(body: JsonObject) -> Reply:
        nonlocal asked
        asked += 1
        return Reply(status=401, error="revoked for a moment") if asked == 5 else student(body)

    server.handler = flaky
    again = atlas(*crm(server, "g.jsonl", "--resume"))
    assert again.returncode == 0, again.stderr
    found = groups(atlas.folder / "g.jsonl")
    assert len(found) == 6
    (partial,) = (group for group in found if group["atlas"]["failures"])
    assert len(partial["scores"]) == 1
    assert partial["group_overrides"] == {"group_size": 1}
    assert partial["atlas"]["failures"][0]["failure"]["boundary"] == "model"


JUDGED = ("--scoring.reasoning_judge", "model", "--judge.model_name", "gpt-4.1", "--judge.api_key", "j-s3cret")


def test_a_judge_grades_the_reasoning_and_one_that_fails_is_said_and_no_zero(
    atlas: Atlas, server: ModelServer
) -> None:
    def by_role(body: JsonObject) -> Reply:
        if body["model"] == "gpt-4.1-mini":
            return student(body)
        asked.append(body)
        return Reply("I would say 1.0.") if len(asked) == 3 else play(body | {"model": "judge-model"})

    asked: list[JsonObject] = []
    server.handler = by_role
    flags = ("--judge.base_url", server.url, "--env.max_concurrent_processes", "1", "--env.on_failure", "keep")
    done = atlas(*crm(server, "g.jsonl", *JUDGED, *flags))
    assert done.returncode == 0, done.stderr
    assert "The reasoning of 1 trajectories is no part of their score" in done.stdout
    assert "judge model gpt-4.1 failed" in done.stdout
    found = groups(atlas.folder / "g.jsonl")
    members = [member for group in found for member in group["atlas"]["members"]]
    assert len(members) == len(asked) == 12
    (missing,) = (member for member in members if member["reasoning"]["score"] is None)
    assert "reasoning" not in [part["name"] for part in missing["parts"]]
    assert missing["reasoning"]["usage"]["calls"] == 1
    for member in members:
        if member is not missing:
            parts = {part["name"]: part["score"] for part in member["parts"]}
            assert parts["reasoning"] == member["reasoning"]["score"]
            assert member["reasoning"]["reason"]
    assert {"1", "gpt-4.1"} == {member["reasoning"][key] for member in members for key in ("version", "model")}
    both = [member["usage"]["cost_usd"] + member["reasoning"]["usage"]["cost_usd"] for member in members]
    assert f"cost ${sum(both):.4f}" in done.stdout, "the judge is in the progress line"
    assert f"Cost ${sum(both):.4f}" in done.stdout, "and in the total"
    assert {call.headers["Authorization"] for call in server.calls if call.body["model"] == "gpt-4.1"} == {
        "Bearer j-s3cret"
    }
    written = "".join(path.read_text() for path in atlas.folder.glob("g.*"))
    assert "j-s3cret" not in written + done.stdout
    assert "Reasoning, not graded by gpt-4.1" in (atlas.folder / "g.html").read_text()


def test_the_offline_judge_needs_no_key_and_no_name(atlas: Atlas) -> None:
    flags = ("--env.backend", "mock", "--env.total_steps", "3", "--scoring.reasoning_judge", "model")
    done = atlas("rollout", "process", "crm", "--offline", *flags)
    assert done.returncode == 0, done.stderr
    assert "SIMULATED" in done.stdout
    found = groups(atlas.folder / "rollouts/crm.jsonl")
    grades = [member["reasoning"] for group in found for member in group["atlas"]["members"]]
    assert len(grades) == 12
    assert all(group["atlas"]["simulated"] for group in found)
    assert {grade["model"] for grade in grades} == {"offline/judge"}
    assert len({grade["score"] for grade in grades}) > 1
    assert all(grade["usage"]["cost_usd"] > 0 for grade in grades)


def test_evaluate_prints_rates_with_intervals_and_stores_what_it_played(atlas: Atlas, server: ModelServer) -> None:
    arguments = (
        *("rollout", "evaluate", "crm", "--env.backend", "mock", "--env.split", "test", "--env.total_steps", "5"),
        *("--env.group_size", "2", "--openai.model_name", "gpt-4.1-mini", "--openai.base_url", server.url),
    )
    done = atlas(*arguments)
    assert done.returncode == 0, done.stderr
    assert "95 % interval" in done.stdout
    folder = atlas.folder / "rollouts/crm-eval"
    metrics = json.loads((folder / "metrics.json").read_text())
    (arm,) = metrics["arms"]
    assert (arm["sessions"], arm["tasks"]) == (10, 5)
    assert 0.0 <= arm["strict_success"]["interval"]["low"] <= arm["strict_success"]["rate"]
    assert sum(group["total"] for group in metrics["groups"].values()) == 10
    assert len((folder / "samples.jsonl").read_text().splitlines()) == 10
    asked = len(server.requests)
    assert atlas(*arguments, "--resume").returncode == 0
    assert len(server.requests) == asked, "what is stored is not played again"


def test_wrong_input_is_one_sentence_and_exit_code_2(atlas: Atlas) -> None:
    offline = ("crm", "--offline", "--env.backend", "mock")
    assert "did you mean --env.group_size?" in atlas.refused("rollout", "serve", "crm", "--env.grup_size", "2")
    said = atlas.refused("rollout", "process", *offline, "--env.dataset_path", "no.jsonl")
    assert "no.jsonl: there is no such file" in said
    assert not (atlas.folder / "rollouts").exists(), "nothing is left behind that a next run would trip over"


def test_gaia_mini_is_played_offline_with_scores_that_vary(atlas: Atlas) -> None:
    (atlas.folder / "data").symlink_to(Path(__file__).parents[2] / "data")
    guide = (
        *("--env.data_path_to_save_groups", "output/gaia/smolagents_output.jsonl", "--env.total_steps", "4"),
        *("--env.group_size", "4", "--env.include_messages", "true", "--env.max_concurrent_processes", "8"),
        *("--env.use_chat_completion", "true", "--openai.model_name", "gpt-4o"),
        *("--openai.base_url", "https://api.openai.com/v1"),
    )
    done = atlas("rollout", "process", "smolagents", *guide, ATLAS_OFFLINE_MODE="1")
    assert done.returncode == 0, done.stderr
    assert "Agent-written code is held by: " in done.stdout
    found = groups(atlas.folder / "output/gaia/smolagents_output.jsonl")
    assert len(found) == 4
    assert not any(group["atlas"]["failures"] for group in found)
    assert any(len(set(group["scores"])) > 1 for group in found)
    assert all("<code>" in conversation[2]["content"] for group in found for conversation in group["messages"])
    notes = (atlas.folder / "output/gaia/smolagents_output.run.jsonl").read_text()
    assert '"protection":"' in notes
