"""`atlas db seed | snapshot | reset` as a user types them, on one's own server and on the embedded one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from atlas.storage.embedded import EmbeddedServer
from tests.e2e.conftest import Atlas

PSQL = shutil.which("psql")


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def db(atlas: Atlas, url: str) -> Atlas:
    """The command with an empty CRM database."""
    return Atlas(atlas.folder, {**atlas.environ, "DB_NAME": urlsplit(url).path.lstrip("/")})


def test_a_base_world_is_made_written_changed_and_restored(db: Atlas, url: str) -> None:
    assert "base world of 56 records made" in db("db", "seed").stdout
    assert "is there already, and left as it is" in db("db", "seed").stdout
    assert db("db", "snapshot", "--output", "new/folder/one.sql").returncode == 0
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM crm_base.clients")
    assert db("db", "snapshot", "--output", "less.sql").stdout == "12 records written to less.sql\n"
    assert (
        "56 records restored from new/folder/one.sql" in db("db", "reset", "--input", "new/folder/one.sql").stdout
    )
    assert db("db", "snapshot", "--output", "two.sql").returncode == 0
    assert (db.folder / "two.sql").read_bytes() == (db.folder / "new/folder/one.sql").read_bytes()
    assert "12 records" in db("db", "reset", "--input", "less.sql").stdout
    assert "56 records restored from the shipped base world" in db("db", "reset").stdout


def test_a_restore_that_fails_leaves_what_was_there(db: Atlas) -> None:
    db("db", "seed")
    db("db", "snapshot", "--output", "good.sql")
    good = (db.folder / "good.sql").read_text()
    line = next(number for number, text in enumerate(good.splitlines(), 1) if "Copperline Energy" in text)
    (db.folder / "bad.sql").write_text(good.replace("'Copperline Energy'", "NULL"))
    (db.folder / "cut.sql").write_text(good[: len(good) // 2])
    (db.folder / "empty.sql").write_text("")
    (db.folder / "binary.sql").write_bytes(b"\xff\xfe\x00")
    assert f"bad.sql:{line}: null value in column" in db.refused("db", "reset", "--input", "bad.sql")
    assert "nothing was changed" in db.refused("db", "reset", "--input", "cut.sql")
    assert "there is no SQL in it" in db.refused("db", "reset", "--input", "empty.sql")
    assert "binary.sql: not UTF-8 text" in db.refused("db", "reset", "--input", "binary.sql")
    assert "none.sql: no such file" in db.refused("db", "reset", "--input", "none.sql")
    assert "cannot be read" in db.refused("db", "reset", "--input", ".")
    db("db", "snapshot", "--output", "after.sql")
    assert (db.folder / "after.sql").read_text() == good


@pytest.mark.skipif(PSQL is None, reason="there is no psql on the PATH")
def test_psql_loads_a_snapshot(db: Atlas, url: str, new_database: Callable[[], str]) -> None:
    db("db", "seed")
    db("db", "snapshot", "--output", "one.sql")
    other = new_database()
    for _ in range(2):
        load = [str(PSQL), "-X", "-v", "ON_ERROR_STOP=1", "-d", other, "-f", str(db.folder / "one.sql")]
        done = subprocess.run(load, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    there = Atlas(db.folder, {**db.environ, "DB_NAME": urlsplit(other).path.lstrip("/")})
    assert there("db", "snapshot", "--output", "two.sql").returncode == 0
    assert (db.folder / "two.sql").read_bytes() == (db.folder / "one.sql").read_bytes()


def test_what_cannot_be_done_exits_with_1_and_says_why(db: Atlas) -> None:
    done = db("db", "snapshot", "--output", "one.sql")
    assert done.returncode == 1
    assert "no base world; make one with `atlas db seed`" in done.stderr
    for command in (["seed"], ["reset"], ["snapshot", "--output", "one.sql"]):
        done = db("db", *command, DB_PORT="1", DB_PASSWORD="sesame")
        assert done.returncode == 1
        assert "cannot connect to the CRM database" in done.stderr
        assert "sesame" not in done.stderr
        assert "Traceback" not in done.stderr
    (db.folder / "file").write_text("")
    db("db", "seed")
    done = db("db", "snapshot", "--output", "file/one.sql")
    assert (done.returncode, "cannot be written" in done.stderr) == (1, True)
    assert not (db.folder / "one.sql").exists()


def test_migrate_drops_what_older_versions_left(db: Atlas, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA crm_00c0ffee_1 CREATE TABLE clients (name text)")
        connection.execute("CREATE SCHEMA crm_00c0ffee_types")
    assert "2 schemas of older CRM versions dropped" in db("db", "migrate").stdout
    assert "older" not in db("db", "migrate").stdout


@pytest.fixture
def embedded(atlas: Atlas) -> Iterator[Atlas]:
    """The command without a server of one's own."""
    kept = {name: value for name, value in atlas.environ.items() if not name.startswith(("DB_", "STORAGE__"))}
    home = atlas.folder / "home"
    yield Atlas(atlas.folder, {**kept, "ATLAS_HOME": str(home)})
    EmbeddedServer(home).stop()


def test_it_works_on_the_embedded_server(embedded: Atlas) -> None:
    assert "base world of 56 records made" in embedded("db", "seed").stdout
    assert embedded("db", "snapshot", "--output", "one.sql").returncode == 0
    assert "56 records restored" in embedded("db", "reset", "--input", "one.sql").stdout
