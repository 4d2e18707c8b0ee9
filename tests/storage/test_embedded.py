"""The embedded server: one for all its users, gone after the last, whole after any crash."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from atlas.errors import StorageError
from atlas.storage.embedded import EmbeddedServer, ServerAddress
from tests.storage.servers import LINGER_S, SCRATCH_OPTIONS, UsedHome, eventually, gone, parent, quick

# A client process: attaches, says where, and stays until it is ended.
CLIENT = f"""
import sys, time
from pathlib import Path
from atlas.storage.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), options={SCRATCH_OPTIONS!r}, linger_s={LINGER_S})
with server as address:
    import psycopg
    with psycopg.connect(address.url("crm_sandbox")) as connection:
        user = connection.execute("SELECT current_user").fetchone()[0]
    print(address.port, server.status().pid, user, flush=True)
    time.sleep(float(sys.argv[2]))
"""


def client(
    home: Path, stays_s: float, python: str = sys.executable, user: str | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [python, "-c", CLIENT, str(home), str(stays_s)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)},
        cwd="/",
        user=user,
        extra_groups=[] if user else None,
    )


def said(process: subprocess.Popen[str]) -> tuple[int, int]:
    """Port and server pid that a client printed; its error otherwise."""
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    assert line, process.stderr.read()
    port, pid, user = line.split()
    assert user == "atlas"
    return int(port), int(pid)


def value(address: ServerAddress, query: str, database: str = "atlas") -> object:
    with psycopg.connect(address.url(database), autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def keep_seven(address: ServerAddress) -> None:
    with psycopg.connect(address.url("atlas")) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")


def test_two_databases_one_role_over_tcp(home: Path) -> None:
    with quick(home) as address:
        assert (address.host, address.user) == ("127.0.0.1", "atlas")
        for database in ("atlas", "crm_sandbox"):
            assert value(address, "SELECT current_user", database) == "atlas"
        assert value(address, "SELECT lower('ÄÖ') || upper('é')") == "äöÉ"
        assert value(address, "SHOW max_connections") == "200"


def test_only_the_password_lets_in(home: Path) -> None:
    with quick(home) as address:
        assert address.password not in repr(address)
        wrong = ServerAddress(address.host, address.port, address.user, "wrong")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong.url("atlas"))
    password = next(home.glob("postgres/*/password"))
    assert password.stat().st_mode & 0o777 == 0o600
    assert (home / "postgres").stat().st_mode & 0o777 == 0o700


def test_an_unset_server_keeps_fsync(home: Path) -> None:
    with EmbeddedServer(home, linger_s=LINGER_S) as address:
        assert value(address, "SHOW fsync") == "on"
        assert value(address, "SHOW synchronous_commit") == "on"


def test_second_client_finds_the_first_ones_server(home: Path) -> None:
    server = quick(home)
    with server as first:
        began = time.monotonic()
        with quick(home) as second:
            warm_s = time.monotonic() - began
            assert second == first
            assert server.status().clients == 2
        assert eventually(lambda: server.status().clients == 1)
        assert server.start() == first
    assert warm_s < 0.15


def test_stops_after_the_last_client_and_keeps_the_data(home: Path) -> None:
    server = quick(home)
    with server as address:
        keep_seven(address)
        pid = server.status().pid
    assert gone(pid)
    assert not server.status().running
    with server as address:
        assert value(address, "SELECT number FROM kept") == 7


def test_a_client_in_time_keeps_it_alive(home: Path) -> None:
    server = quick(home, linger_s=30)
    with server:
        pid = server.status().pid
    with quick(home):
        assert server.status().pid == pid


def test_a_killed_client_does_not_leave_a_server_behind(home: Path) -> None:
    process = client(home, 60)
    _, pid = said(process)
    process.kill()
    process.communicate()
    assert gone(pid)
    assert not quick(home).status().running


def test_who_starts_it_at_once_shares_one_server(used_home: UsedHome) -> None:
    assert len(used_home.addresses) == 1


def test_processes_that_start_it_at_once_share_one_server(home: Path) -> None:
    processes = [client(home, 60) for _ in range(2)]
    try:
        assert len({said(process) for process in processes}) == 1
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_starts_and_stops_at_once_always_give_a_working_server(home: Path) -> None:
    def use(number: int) -> object:
        with quick(home, linger_s=0) as address:
            return value(address, f"SELECT {number}")

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(use, range(12))) == list(range(12))


def test_stay_outlives_its_starter_until_stop(home: Path) -> None:
    server = quick(home)
    server.start(stay=True)
    time.sleep(LINGER_S * 2)
    status = server.status()
    assert (status.running, status.stays, status.clients) == (True, True, 0)
    server.stop()
    assert gone(status.pid)
    assert not server.status().running
    server.stop()


def test_stop_ends_it_under_other_clients(home: Path) -> None:
    process = client(home, 60)
    _, pid = said(process)
    try:
        quick(home).stop()
        assert gone(pid)
    finally:
        process.kill()
        process.communicate()


def test_a_killed_supervisor_takes_its_server_along_and_the_next_start_recovers(home: Path) -> None:
    server = quick(home, linger_s=30)
    with server as address:
        keep_seven(address)
        pid = server.status().pid
        os.kill(parent(pid), signal.SIGKILL)
        assert gone(pid)
    assert (home / "postgres" / "control.sock").exists()
    with quick(home) as address:
        assert value(address, "SELECT number FROM kept") == 7


def test_a_killed_server_ends_its_supervisor(home: Path) -> None:
    server = quick(home, linger_s=30)
    with server:
        pid = server.status().pid
        supervisor = parent(pid)
        os.kill(pid, signal.SIGKILL)
        assert gone(supervisor)
    with quick(home) as address:
        assert value(address, "SELECT 1") == 1


def test_a_server_that_outlived_its_supervisor_is_replaced(home: Path) -> None:
    server = quick(home, linger_s=30)
    with server:
        pid = server.status().pid
        supervisor = parent(pid)
        os.kill(pid, signal.SIGSTOP)  # so that it cannot heed the signal the kernel sends it
        os.kill(supervisor, signal.SIGKILL)
        assert gone(supervisor)
        os.kill(pid, signal.SIGCONT)
    with quick(home) as address:
        assert value(address, "SELECT 1") == 1
    assert gone(pid)


def test_a_stale_pid_file_that_names_somebody_else_is_no_obstacle(home: Path) -> None:
    data = next(home.glob("postgres/*/data"))
    lines = [str(os.getpid()), str(data), "1", "1", "", "127.0.0.1", "", "ready"]
    (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    with quick(home) as address:
        assert value(address, "SELECT 1") == 1


def test_a_home_too_deep_for_a_socket(home: Path, tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    deep.symlink_to(home)
    with quick(deep) as address:
        assert value(address, "SELECT 1") == 1
    quick(deep).stop()


def test_a_setting_that_does_not_exist_is_told_from_the_log(home: Path) -> None:
    server = EmbeddedServer(home, options={"no_such_setting": "1"}, linger_s=LINGER_S)
    with pytest.raises(StorageError, match=r"server\.log says: .*no_such_setting"):
        server.start()
    assert not server.status().running


def test_a_supervisor_that_cannot_even_say_why(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(StorageError, match=r"ended without a word; the end of .*supervisor\.log says"):
        quick(home).start()


def test_a_folder_without_binaries(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="holds no working initdb and postgres"):
        EmbeddedServer(tmp_path / "home", tmp_path).start()


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot make the database folder"):
        EmbeddedServer(tmp_path / "file" / "home").start()


@pytest.fixture
def private_home() -> Iterator[Path]:
    """A 0700 folder of user nobody."""
    folder = Path(tempfile.mkdtemp(prefix="atlas-nobody-"))
    shutil.chown(folder, "nobody")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user; the other tests run as this one")
def test_an_ordinary_user(private_home: Path) -> None:
    process = client(private_home / "home", 60, python_for_nobody(), "nobody")
    try:
        _, pid = said(process)
        assert Path(f"/proc/{pid}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    finally:
        process.kill()
        process.communicate()
    assert gone(pid)


def python_for_nobody() -> str:
    """An interpreter that user nobody may run with our packages; often ours lies in root's own folder."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        try:
            trial = client(Path("/nowhere"), 0, python, "nobody")
        except OSError:
            continue
        if "cannot make the database folder" in trial.communicate()[1]:
            return python
    pytest.skip(f"user nobody cannot run Python {version} with these packages")
