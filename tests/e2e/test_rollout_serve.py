"""`atlas rollout serve`: a trainer is served, whatever happens to its API, and left in good order."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable

from aiohttp import web

from atlas.core.json import JsonObject
from tests.e2e.conftest import Atlas
from tests.rollouts.trajectory_server import TrajectoryServer

ARGUMENTS = (
    *("rollout", "serve", "crm", "--offline", "--env.backend", "mock", "--env.group_size", "2"),
    *("--env.ensure_scores_are_not_same", "false", "--env.max_batches_offpolicy", "2"),
)

TRAINER = {
    "wandb_group": "t",
    "wandb_project": "t",
    "batch_size": 4,
    "max_token_len": 200_000,
    "checkpoint_dir": "",
    "save_checkpoint_interval": 10,
    "starting_step": 0,
    "num_steps": 2,
}


def until(true: Callable[[], bool], what: str, timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, f"no {what} within {timeout_s} s"
        time.sleep(0.02)


def test_it_serves_through_faults_and_a_restart_and_goes_on_where_it_stopped(atlas: Atlas) -> None:
    server = TrajectoryServer(batch_size=4, max_token_len=200_000, waits=1)
    faults = iter([web.Response(status=503, headers={"Retry-After": "1"}), web.Response(status=502)])
    server.fault = lambda path: next(faults, None) if path == "/scored_data" else None
    arguments = (*ARGUMENTS, "--env.data_path_to_save_groups", "served.jsonl")
    with server:
        running = atlas.start(*arguments, "--env.rollout_server_url", server.url)
        until(lambda: len(server.groups) == 4, "two batches")
        time.sleep(1.5)
        assert len(server.groups) == 4, "the trainer takes nothing, so nothing more is played"
    server.forgotten = True
    with server:
        server.taken = 1
        until(lambda: len(server.registered) == 2, "second registration")
        until(lambda: len(server.groups) >= 6, "further groups")
        running.send_signal(signal.SIGTERM)
        output, _ = running.communicate(timeout=60)
        assert running.returncode == 143, output
        assert server.left == [1]
        assert "Interrupted after" in output
        assert "does not know this environment any more" in output
        # The trainer ends with its fifth batch.
        server.num_steps, server.taken = 5, 3
        done = atlas(*arguments, "--env.rollout_server_url", server.url, "--resume")
    assert done.returncode == 0, done.stderr
    assert len(server.groups) == 10
    assert server.left == [1, 2]
    ids = [line.split('"group_id":"')[1][:6] for line in (atlas.folder / "served.jsonl").read_text().splitlines()]
    assert len(set(ids)) == len(ids) >= 10
    conversations = [str(group["messages"]) for group in server.groups]
    assert len(set(conversations)) == len(conversations), "no group is delivered twice"
    assert {group["env_id"] for group in server.groups} == {0, 1, 2}


def test_an_api_that_takes_nothing_is_no_empty_success(atlas: Atlas) -> None:
    with TrajectoryServer(batch_size=4, max_token_len=200_000) as server:
        server.fault = lambda path: (
            web.json_response({"detail": "scores: NaN"}, status=422) if path == "/scored_data" else None
        )
        done = atlas(*ARGUMENTS, "--env.rollout_server_url", server.url)
        assert done.returncode == 1
        assert "takes no group; the last one was refused: HTTP 422" in done.stderr
        assert server.left == [0]
        server.fault, server.max_token_len = lambda path: None, 100
        short = atlas(*ARGUMENTS, "--env.rollout_server_url", server.url)
        assert short.returncode == 1
        assert "20 groups in a row were left out, the last because a sequence has" in short.stderr
        server.batch_size = 1
        said = atlas.refused(*ARGUMENTS, "--env.rollout_server_url", server.url)
        assert "--env.group_size 2 is larger than the trainer's batch of 1" in said


def test_the_guides_command_serves_a_trainer_of_our_own_api(atlas: Atlas) -> None:
    api = atlas.start("rollout", "api", "--port", "0")
    assert api.stdout is not None
    url = re.search(r"http://[\d.:]+", api.stdout.readline())
    assert url is not None
    serving = atlas.start(*ARGUMENTS, "--env.rollout_server_url", url[0], "--env.use_chat_completion", "true")
    try:
        asked(f"{url[0]}/register", TRAINER)
        batches: list[list[JsonObject]] = []
        until(lambda: _taken(url[0], batches) == 2, "two batches")
        output, _ = serving.communicate(timeout=60)
        assert serving.returncode == 0, output
        assert "Done: 4 groups delivered" in output
        for group in (group for batch in batches for group in batch):
            assert len(group["tokens"]) == len(group["scores"]) == 2
            assert [len(ids) for ids in group["tokens"]] == [len(mask) for mask in group["masks"]]
            assert all(set(mask) > {-100} for mask in group["masks"]), "the model's own tokens are marked"
    finally:
        serving.kill()
        api.send_signal(signal.SIGTERM)
        api.communicate(timeout=60)


KILLED_BEFORE_THE_NOTE = """
import os, signal
from atlas.rollouts.journal import Delivered, Journal
noting = Journal.note
def note(self, note):
    if isinstance(note, Delivered):
        os.kill(os.getpid(), signal.SIGKILL)
    noting(self, note)
Journal.note = note
from atlas.cli.main import main
main()
"""


def test_a_kill_between_the_answer_and_the_note_delivers_no_group_twice(atlas: Atlas) -> None:
    api = atlas.start("rollout", "api", "--port", "0", "--queue", "killed between")
    assert api.stdout is not None
    url = re.search(r"http://[\d.:]+", api.stdout.readline())
    assert url is not None
    arguments = (*ARGUMENTS, "--env.rollout_server_url", url[0], "--env.data_path_to_save_groups", "served.jsonl")
    try:
        asked(f"{url[0]}/register", TRAINER)
        assert asked(f"{url[0]}/batch") == {"batch": None}
        for resuming in ((), ("--resume",)):
            command = [sys.executable, "-c", KILLED_BEFORE_THE_NOTE, *arguments, *resuming]
            killed = subprocess.run(command, cwd=atlas.folder, env=dict(atlas.environ), timeout=60, check=False)
            assert killed.returncode == -signal.SIGKILL
        serving = atlas.start(*arguments, "--resume")
        batches: list[list[JsonObject]] = []
        until(lambda: _taken(url[0], batches) == 2, "two batches")
        output, _ = serving.communicate(timeout=60)
        assert serving.returncode == 0, output
        until(lambda: asked(f"{url[0]}/status")["batches_under_way"] == 0, "end of the delivery")
        waiting = asked(f"{url[0]}/status")["queue_size"]
        written = (atlas.folder / "served.jsonl").read_text().splitlines()
        assert 4 + waiting == len(written), "as many as were played"
        conversations = [str(group["messages"]) for batch in batches for group in batch]
        assert len(set(conversations)) == 4
    finally:
        api.send_signal(signal.SIGTERM)
        api.communicate(timeout=60)


def _taken(url: str, batches: list[list[JsonObject]]) -> int:
    batch = asked(f"{url}/batch")["batch"]
    batches += [batch] if batch else []
    return len(batches)


def asked(url: str, body: JsonObject | None = None) -> JsonObject:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        found: JsonObject = json.loads(response.read())
        return found
