"""What the store keeps of a run, out into files and back, equal in every column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from atlas.core.session import RunId
from atlas.errors import ConfigError, StorageError
from atlas.storage.database import Database
from atlas.storage.migrations import migrate, migrations, require_current
from atlas.storage.sessions import PostgresSessions
from atlas.storage.store import Store
from atlas.storage.transfer import dump_runs, restore_runs
from tests.storage.samples import RUN, playbook, rich, session


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
