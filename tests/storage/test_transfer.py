"""What the store keeps of a run, out into files and back, equal in every column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from atlas.core.events import Event
from atlas.core.playbook import Lessons
from atlas.core.session import RunId, Session, Slot
from atlas.core.tasks import TaskId
from atlas.errors import ConfigError, StorageError
from atlas.storage.database import Database
from atlas.storage.migrations import migrate, migrations, require_current
from atlas.storage.sessions import PostgresSessions
from atlas.storage.store import Store
from atlas.storage.transfer import dump_runs, forget_since, restore_runs
from tests.storage.samples import KEY, RUN, playbook, rich, session

CANDIDATE = """
INSERT INTO playbook_candidates (learning_key, base, run_id, sources, body)
VALUES ('crm/chat', 1, 'mine', '{}', '{}')
"""
TABLES = (
    *("runs", "sessions", "plans", "step_results", "entry_uses", "trajectory_events"),
    *("playbook_versions", "playbook_candidates", "learning_registry"),
)


async def counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    query = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in TABLES)
    async with database.connection() as connection:
        return dict(await (await connection.execute(query.encode())).fetchall())


def as_it_is(line: str) -> str:
    return line


async def test_a_run_comes_back_as_it_was(store: Store, empty_database: Database, tmp_path: Path) -> None:
    await store.sessions.finish(rich(), playbook(1, "a"))
    await dump_runs(store.database, [RUN], tmp_path / "one", as_it_is)
    await restore_runs(empty_database, tmp_path / "one")
    back = PostgresSessions(empty_database)
    assert [each async for each in back.of_run(RUN)] == [rich()]
    await dump_runs(empty_database, [RUN], tmp_path / "two", as_it_is)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) == 12
    for name in files:
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes(), name
    await back.finish(session("later"))


async def test_other_runs_stay_out_and_secrets_are_masked(store: Store, tmp_path: Path) -> None:
    await store.sessions.finish(rich())
    await dump_runs(store.database, [RunId("another")], tmp_path / "none", as_it_is)
    assert (tmp_path / "none/sessions.copy").read_text().count("\n") == 1
    await dump_runs(store.database, [RUN], tmp_path / "masked", lambda line: line.replace("Find", "***"))
    text = (tmp_path / "masked/sessions.copy").read_text()
    assert "***" in text
    assert "Find" not in text


async def test_a_snapshot_of_an_older_schema_is_brought_up_to_date(
    new_database: Callable[[], str], empty_database: Database, tmp_path: Path
) -> None:
    async with Database(new_database()) as older:
        await migrate(older, migrations()[:4])
        await dump_runs(older, [RUN], tmp_path, as_it_is)
    assert not (tmp_path / "playbook_candidates.copy").exists()
    await restore_runs(empty_database, tmp_path)
    await require_current(empty_database)
    await PostgresSessions(empty_database).finish(rich())


async def test_a_store_goes_back_to_where_a_run_began(
    store: Store, empty_database: Database, tmp_path: Path
) -> None:
    """Equal in every column to a snapshot that was taken then."""

    def of(run: str, task: str, version: int) -> Session:
        return replace(session(task), slot=Slot(RunId(run), "run", TaskId(task)), lessons=Lessons(KEY, version))

    async def dumped(database: Database, name: str) -> dict[str, str]:
        runs = [RunId(run) for run in ("before", "mine", "later")]
        await dump_runs(database, runs, tmp_path / name, as_it_is)
        return {path.name: path.read_text() for path in (tmp_path / name).iterdir()}

    await store.runs.begin(RunId("before"), "run", {})
    await store.sessions.finish(of("before", "t0", 0), playbook(1, "a"))
    then, counted = await dumped(store.database, "then"), await counts(store.database)
    await store.runs.begin(RunId("mine"), "run", {})
    event = Event(of("mine", "t1", 1).session_id, "session.started", "runtime", {})
    await store.recorder.record(event)
    await store.sessions.finish(of("mine", "t1", 1), playbook(2, "a", "b"))
    async with store.database.connection() as connection:
        await connection.execute(CANDIDATE)
    await store.sessions.finish(of("later", "t2", 2), playbook(3, "c"))
    await dumped(store.database, "now")
    await restore_runs(empty_database, tmp_path / "now")
    await forget_since(empty_database, RunId("mine"))
    back = await dumped(empty_database, "back")
    # The registry's columns for people are those of the newest version; only its number is read.
    registered = [files.pop("learning_registry.copy").splitlines()[1].split("\t")[:2] for files in (then, back)]
    assert registered == [[KEY, "1"]] * 2
    assert back == then
    assert await counts(empty_database) == counted, "nor anything that no run of a snapshot would show"


async def test_nothing_is_left_of_a_run_that_began_with_nothing(
    store: Store, empty_database: Database, tmp_path: Path
) -> None:
    await store.sessions.finish(rich(), playbook(1, "a"))
    await dump_runs(store.database, [RUN], tmp_path / "now", as_it_is)
    await restore_runs(empty_database, tmp_path / "now")
    async with empty_database.connection() as connection:
        await connection.execute("UPDATE sessions SET playbook_version = 0")
    await forget_since(empty_database, RUN)
    assert set((await counts(empty_database)).values()) == {0}


async def test_what_is_no_snapshot_is_refused(
    store: Store, new_database: Callable[[], str], tmp_path: Path
) -> None:
    await dump_runs(store.database, [RUN], tmp_path, as_it_is)
    async with Database(new_database()) as database:
        with pytest.raises(ConfigError, match="does not name the schema"):
            await restore_runs(database, tmp_path / "nowhere")
        (tmp_path / "schema_version").write_text("999\n")
        with pytest.raises(StorageError, match="written by a newer Atlas"):
            await restore_runs(database, tmp_path)
        (tmp_path / "schema_version").write_text(f"{len(migrations())}\n")
        (tmp_path / "plans.copy").unlink()
        with pytest.raises(ConfigError, match=r"plans\.copy: .* the snapshot is not whole"):
            await restore_runs(database, tmp_path)
