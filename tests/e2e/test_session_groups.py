"""Session groups: the conversation of a stored session is, byte for byte, what its student's model was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atlas.core.wire_messages import read_messages
from atlas.rollouts.group_file import read_groups
from tests.e2e.conftest import Atlas
from tests.e2e.scripted_server import config, play
from tests.model_server import ModelServer

NOTHING_WITHHELD = "usage_tracking: {withhold_rate: 0}"
ENTRIES = ">>> Student Playbook >>>"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(play) as running:
        yield running


def test_messages_are_what_the_model_server_received(
    atlas: Atlas, dataset: Callable[..., Path], server: ModelServer, new_database: Callable[[], str]
) -> None:
    store = {"STORAGE__DATABASE_URL": new_database()}
    # Nothing is withheld by chance, which the id of the run decides.
    text = config(server.url, backend="mock").replace("learning: {", f"learning: {{{NOTHING_WITHHELD}, ")
    (atlas.folder / "run.yaml").write_text(text)
    tasks = ("crm", "tasks", "--dataset", dataset(), "--output", "tasks.jsonl", "--limit", "5", "--backend", "mock")
    assert atlas(*tasks, **store).returncode == 0
    run = (
        "run",
        "--config",
        "run.yaml",
        "--task-file",
        "tasks.jsonl",
        "--output-dir",
        "out",
        "--learning-key",
        "k",
    )
    done = atlas(*run, **store)
    assert done.returncode == 0, done.stderr
    export = ("export", "rollouts", "--sessions", "--include-status", "pending", "--format", "groups")
    done = atlas(*export, "--output", "g.jsonl", **store)
    assert done.returncode == 0, done.stderr
    received = {read_messages(body["messages"]) for body in server.requests if body["model"] == "student-model"}
    members = [member for group in read_groups(atlas.folder / "g.jsonl") for member in group.members]
    assert len(members) == 5
    for member in members:
        assert member.messages[:-1] in received
    systems = [member.messages[0].content for member in members]
    assert any(ENTRIES in text for text in systems), "later sessions read what earlier ones taught"
    assert not all(ENTRIES in text for text in systems)
