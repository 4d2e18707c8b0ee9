"""`atlas export` and `atlas review`: what a real run left in the store, gated by review."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import yaml
from jsonschema import Draft202012Validator

from atlas.core.json import JsonObject
from atlas.storage.embedded import ServerAddress
from tests.databases import administer, drop
from tests.e2e.conftest import Atlas

CONFIG = Path(__file__).parents[2] / "configs/atlas/crm_harness.yaml"
DATASET = CONFIG.parents[2] / "data/conversations/dev.jsonl"
SECRET = "sk-test-0123456789abcdef"


@dataclass(frozen=True)
class Run:
    """A run of four tasks, every role played by a script: its folder, and the database that it is stored in."""

    folder: Path
    database: str


@pytest.fixture(scope="module")
def run(
    postgres_server: ServerAddress, own_databases: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Run]:
    """Played once; nothing is changed in it."""
    folder, name = tmp_path_factory.mktemp("run"), f"test_run_{os.getpid()}"
    kept = {variable: os.environ[variable] for variable in ("PATH", "LD_LIBRARY_PATH") if variable in os.environ}
    stored = {**own_databases, "STORAGE__DATABASE_URL": postgres_server.url(name)}
    atlas = Atlas(folder, {**kept, **stored, "HOME": str(folder), "ATLAS_OFFLINE_MODE": "1"})
    with database(postgres_server, name, "template1"):
        for command in (
            f"crm tasks --dataset {DATASET} --output tasks.jsonl --backend mock --limit 4",
            f"run --config {CONFIG} --task-file tasks.jsonl --output-dir out --learning-key shop",
        ):
            done = atlas(*command.split())
            assert done.returncode == 0, done.stderr
        yield Run(folder, name)


@pytest.fixture
def store(run: Run, postgres_server: ServerAddress) -> Iterator[str]:
    """The URL of a copy of the run's database, for one test."""
    name = f"{run.database}_copy"
    with database(postgres_server, name, run.database):
        yield postgres_server.url(name)


@contextmanager
def database(server: ServerAddress, name: str, template: str) -> Iterator[None]:
    drop(server, name)
    administer(server, "CREATE DATABASE {} TEMPLATE {}", name, template)
    yield
    drop(server, name)


@pytest.fixture
def validator(atlas: Atlas) -> Draft202012Validator:
    """Of the schema that the command prints."""
    printed = atlas("export", "--schema")
    assert printed.returncode == 0, printed.stderr
    return Draft202012Validator(json.loads(printed.stdout))


def lines(path: Path) -> list[JsonObject]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def without_review_and_events(record: JsonObject) -> Iterator[tuple[str, object]]:
    beside = {"task_payload", "trajectory_events", "trajectory_events_left_out", "conversation_id"}
    yield from ((key, value) for key, value in record.items() if key not in beside)


def test_the_published_command(atlas: Atlas, store: str, validator: Draft202012Validator) -> None:
    """`python -m atlas.cli.export`, flag by flag as the learning guide has it."""
    arguments = (
        *("--database-url", store, "--output", "results/learning/sessions.jsonl", "--limit", "200"),
        *("--include-status", "pending", "--include-status", "approved", "--trajectory-event-limit", "400"),
    )
    done = subprocess.run(
        [sys.executable, "-m", "atlas.cli.export", *arguments],
        cwd=atlas.folder,
        env={key: value for key, value in atlas.environ.items() if key != "STORAGE__DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "4 pending and approved sessions written to results/learning/sessions.jsonl\n"
    records = lines(atlas.folder / "results/learning/sessions.jsonl")
    assert len(records) == 4
    for record in records:
        assert [error.message for error in validator.iter_errors(record)] == []
        assert record["execution_mode"] == record["session_metadata"]["adaptive_summary"]["adaptive_mode"]
        assert record["learning_key"] == "shop"
        origin = record["session_metadata"]["learning_key_origin"]
        assert (origin["source"], origin["environment"]) == ("command_line", "crm")
        assert record["session_reward"]["score"] == record["reward_stats"]["score"]
        assert record["reward_audit"]
        events = record["trajectory_events"]
        assert events[0]["event_type"] == "session.started"
        assert events[-1]["event_type"] == "session.finished"
        assert {event["actor"] for event in events} >= {"runtime", "student"}
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert len({record["session_id"] for record in records}) == 4


def test_a_runs_own_records_are_of_the_same_form(
    atlas: Atlas, run: Run, store: str, validator: Draft202012Validator
) -> None:
    atlas("export", "--database-url", store, "--output", "s.jsonl", "--include-status", "pending")
    exported = {record["session_id"]: record for record in lines(atlas.folder / "s.jsonl")}
    own = lines(run.folder / "out/sessions.jsonl")
    assert len(own) == 4
    for record in own:
        assert [error.message for error in validator.iter_errors(record)] == []
        assert dict(without_review_and_events(record)) == dict(
            without_review_and_events(exported[record["session_id"]])
        )


def test_the_same_store_gives_the_same_bytes(atlas: Atlas, store: str) -> None:
    for name in ("one", "two"):
        atlas("export", "--database-url", store, "--output", name, "--include-status", "pending")
    assert (atlas.folder / "one").read_bytes() == (atlas.folder / "two").read_bytes()


def test_the_gate(atlas: Atlas, store: str) -> None:
    """Nothing is exported unreviewed; what is quarantined is neither exported nor learned from."""
    own = {"STORAGE__DATABASE_URL": store}
    (atlas.folder / "s.jsonl").write_text("an earlier export\n")
    closed = atlas("export", "--output", "s.jsonl", **own)
    assert closed.returncode == 1
    assert "no session is approved (4 pending), so nothing was written" in closed.stderr
    assert (atlas.folder / "s.jsonl").read_text() == "an earlier export\n"

    listed = atlas("review", "list", "--status", "pending", "--learning-key", "shop", **own)
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.endswith("4 sessions (4 pending)\n")
    numbers = {
        key: number for number, key in re.findall(r"^ +(\d+)  pending .*  (\S+)$", listed.stdout, re.MULTILINE)
    }
    assert len(numbers) == 4
    atlas("playbook", "export", "shop", "--output", "p.yaml", **own)
    lessons = yaml.safe_load((atlas.folder / "p.yaml").read_text())
    sources = {entry["provenance"]["source_session_id"] for entry in lessons}
    assert sources <= numbers.keys()
    assert sources, "the run has taught something"

    bad = atlas("review", "quarantine", *sources, "--note", "asks for another customer's data", **own)
    assert bad.returncode == 0, bad.stderr
    assert f"entries {len(lessons)} removed" in bad.stdout
    atlas("playbook", "export", "shop", "--output", "left.yaml", **own)
    assert yaml.safe_load((atlas.folder / "left.yaml").read_text()) == []
    assert "must not act" in atlas.refused("playbook", "import", "shop", "p.yaml", **own)

    rest = [number for key, number in numbers.items() if key not in sources]
    good = atlas("review", "approve", *rest, "--note", "checked", **own)
    assert good.returncode == 0, good.stderr
    opened = atlas("export", "--output", "s.jsonl", **own)
    assert opened.returncode == 0, opened.stderr
    assert f"left out by review: {len(sources)} quarantined" in opened.stdout
    records = lines(atlas.folder / "s.jsonl")
    assert {record["session_id"] for record in records} == numbers.keys() - sources
    for record in records:
        assert record["review_status"] == record["session_metadata"]["review_status"] == "approved"
        assert record["review_notes"].endswith("approved: checked")


def test_limits_and_filters(atlas: Atlas, store: str) -> None:
    def export(*flags: str) -> list[JsonObject]:
        done = atlas("export", "--database-url", store, "--output", "s", "--include-status", "pending", *flags)
        assert done.returncode == 0, done.stderr
        return lines(atlas.folder / "s")

    everything = export("--since", "2020-01-01")
    assert export("--limit", "2") == everything[-2:]
    assert export("--learning-key", "shop") == everything
    short = export("--trajectory-event-limit", "1")
    assert [record["trajectory_events"] for record in short] == [
        each["trajectory_events"][:1] for each in everything
    ]
    assert short[0]["trajectory_events_left_out"] == len(everything[0]["trajectory_events"]) - 1
    moment = everything[2]["session_metadata"]["completed_at"]
    assert export("--since", moment) == everything[2:]


def test_secrets_stay_out(atlas: Atlas, store: str) -> None:
    with psycopg.connect(store) as connection:
        leak = f"the key is {SECRET}, the store {store}, and hunter2-hunter2"
        connection.execute(
            "UPDATE sessions SET task = %(leak)s, review_notes = %(leak)s, "
            "record = jsonb_set(record, '{family}', to_jsonb(%(leak)s::text))",
            {"leak": leak},
        )
    done = atlas(
        *("export", "--database-url", store, "--output", "s.jsonl", "--include-status", "pending"),
        SOME_API_KEY="hunter2-hunter2",
    )
    assert done.returncode == 0, done.stderr
    text = (atlas.folder / "s.jsonl").read_text() + done.stdout
    assert "the key is ***" in text
    for secret in (SECRET, store, "hunter2-hunter2"):
        assert secret not in text


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--output", "s", "--since", "yesterday"), "--since 'yesterday' is no date; write it like 2026-03-02"),
        (("--output", "."), "--output . is a folder"),
        ((), "--output is missing"),
        (
            ("--output", "s", "--include-status", "fine"),
            "'fine' is not one of 'pending', 'approved', 'quarantined'",
        ),
        (("--output", "s", "--limit", "0"), "greater than or equal to 1"),
        (("--output", "s", "--database-url", "nowhere"), "postgresql://user:password@host:port/name"),
    ],
)
def test_wrong_flags_are_told(atlas: Atlas, flags: tuple[str, ...], sentence: str) -> None:
    assert sentence in " ".join(atlas.refused("export", *flags).replace("│", "").split())


def test_what_fails_is_told_and_nothing_is_left(atlas: Atlas, new_database: Callable[[], str]) -> None:
    away = atlas("export", "--output", "s", "--database-url", "postgresql://a:secret-word@127.0.0.1:1/x")
    assert away.returncode == 1
    assert "database 127.0.0.1:1/x cannot be reached" in away.stderr
    assert "secret-word" not in away.stderr
    empty = atlas("export", "--output", "s", "--database-url", new_database())
    assert empty.returncode == 1
    assert "there is no session in this store, so nothing was written" in empty.stderr
    assert not (atlas.folder / "s").exists()


def test_wrong_sessions_and_files_are_told(atlas: Atlas, store: str) -> None:
    own = {"STORAGE__DATABASE_URL": store}
    for verb in (("approve",), ("quarantine", "--note", "no")):
        told = atlas.refused("review", verb[0], "99", "run/arm/task/0", *verb[1:], **own)
        assert told.startswith("error: no such session: 99, run/arm/task/0; `atlas review list`")
    assert "Missing option '--note'" in atlas.refused("review", "quarantine", "1", **own)
    assert "'fine' is not one of" in atlas.refused("review", "list", "--status", "fine", **own)
    (atlas.folder / "file").write_text("")
    lies = atlas("export", "--output", "file/s", "--include-status", "pending", **own)
    assert lies.returncode == 1
    assert "file/s cannot be written: it would lie in a file, not in a folder" in lies.stderr
    late = atlas("export", "--output", "s", "--include-status", "pending", "--since", "2999-01-01", **own)
    assert late.returncode == 1
    assert "no session was finished since then; nothing was written" in late.stderr
    assert not (atlas.folder / "s").exists()
