"""Who postgres runs as: never root, and able to reach what only root can enter."""

import os
import pwd
from pathlib import Path

import psycopg
import pytest

from atlas.storage.binaries import Binaries, find
from atlas.storage.cluster import Cluster, stop
from atlas.storage.control import ServerAddress
from atlas.storage.identity import Identity, choose
from tests.storage.servers import SCRATCH_OPTIONS

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a choice")


@pytest.fixture
def binaries() -> Binaries:
    return find(None, ())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder only we can enter, as a home in /root is."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    return private / "18"


def uid_of_server(cluster: Cluster) -> int:
    """Make and start the cluster, log in, stop it again; the kernel's idea of who the server was."""
    cluster.prepare()
    process, port = cluster.start()
    try:
        url = ServerAddress("127.0.0.1", port, "atlas", cluster.password()).url("crm_sandbox")
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        return Path(f"/proc/{process.pid}").stat().st_uid
    finally:
        stop(process)


@as_root
def test_root_becomes_an_ordinary_user_where_namespaces_are_refused(folder: Path, binaries: Binaries) -> None:
    nobody = pwd.getpwnam("nobody")
    identity = Identity("setuid", nobody.pw_uid, nobody.pw_gid)
    cluster = Cluster(folder, binaries, identity, SCRATCH_OPTIONS)
    assert uid_of_server(cluster) == nobody.pw_uid
    assert cluster.data.stat().st_uid == nobody.pw_uid
    assert choose(cluster.data, binaries.tool("postgres")) == identity
    assert uid_of_server(cluster) == nobody.pw_uid


@as_root
def test_root_needs_no_other_owner_where_namespaces_work(folder: Path, binaries: Binaries) -> None:
    identity = choose(folder / "data", binaries.tool("postgres"))
    assert identity.uid == (0 if identity.way == "userns" else pwd.getpwnam("postgres").pw_uid)


def test_an_ordinary_user_stays_who_they_are(
    folder: Path, binaries: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = pwd.getpwnam("nobody")
    monkeypatch.setattr("os.geteuid", lambda: nobody.pw_uid)
    assert choose(folder / "data", binaries.tool("postgres")).way == "caller"
