"""Migrations: each applied once, whole or not at all, and never backwards."""

import asyncio

import pytest

from atlas.errors import StorageError
from atlas.storage.database import Database
from atlas.storage.migrations import Migration, migrate, migrations, require_current

FIRST = Migration(1, "first", "CREATE TABLE one (id int); CREATE TABLE two (id int);")


async def tables(database: Database) -> set[str]:
    async with database.connection() as connection:
        found = await connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row[0] for row in await found.fetchall()}


def test_files_are_numbered_without_gaps() -> None:
    assert [migration.version for migration in migrations()] == list(range(1, len(migrations()) + 1))


async def test_all_tables_of_the_runbook(empty_database: Database) -> None:
    assert await migrate(empty_database) == len(migrations())
    assert await migrate(empty_database) == 0
    await require_current(empty_database)
    kept = {"sessions", "trajectory_events", "discovery_runs", "learning_registry", "playbook_versions", "runs"}
    assert kept | {"plans", "step_results", "step_attempts", "guidance_notes"} < await tables(empty_database)


async def test_at_once_by_many(empty_database: Database) -> None:
    applied = await asyncio.gather(*(migrate(empty_database) for _ in range(5)))
    assert sum(applied) == len(migrations()), "each file is applied once, whoever comes first"


async def test_a_failing_file_leaves_nothing_of_itself(empty_database: Database) -> None:
    broken = Migration(2, "broken", "CREATE TABLE three (id int); CREATE TABLE one (id int);")
    with pytest.raises(StorageError):
        await migrate(empty_database, (FIRST, broken))
    assert await tables(empty_database) == {"schema_migrations", "one", "two"}
    mended = Migration(2, "mended", "CREATE TABLE three (id int)")
    assert await migrate(empty_database, (FIRST, mended)) == 1


async def test_one_that_came_late_is_applied_too(empty_database: Database) -> None:
    third = Migration(3, "third", "CREATE TABLE three (id int)")
    await migrate(empty_database, (FIRST, third))
    second = Migration(2, "second", "CREATE TABLE between (id int)")
    assert await migrate(empty_database, (FIRST, second, third)) == 1
    assert "between" in await tables(empty_database)


async def test_a_newer_database_is_refused(empty_database: Database) -> None:
    await migrate(empty_database, (FIRST, Migration(99, "later", "SELECT 1")))
    with pytest.raises(StorageError, match="schema version 99, but this Atlas knows only"):
        await migrate(empty_database)
    with pytest.raises(StorageError, match="upgrade Atlas"):
        await require_current(empty_database)


async def test_an_older_database_is_refused_when_it_may_not_be_changed(empty_database: Database) -> None:
    with pytest.raises(StorageError, match=r"schema version 0, needed is .*atlas db migrate"):
        await require_current(empty_database)
