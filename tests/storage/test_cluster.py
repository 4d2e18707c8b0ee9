"""A cluster: made whole or not at all, and honest about why it does not start."""

import os
from pathlib import Path

import pytest

from atlas.errors import StorageError
from atlas.storage.binaries import Binaries
from atlas.storage.cluster import Cluster
from atlas.storage.identity import Identity

ME = Identity("caller", os.geteuid(), os.getegid())


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    """A cluster of programs that only say their name, and fail while a file `<name>.fails` exists."""
    for name in ("initdb", "postgres"):
        tool = tmp_path / name
        tool.write_text(f'#!/bin/sh\necho {name} is here\ntest ! -e "{tmp_path}/{name}.fails"\n')
        tool.chmod(0o755)
    return Cluster(tmp_path / "18", Binaries(tmp_path, "18.1"), ME)


@pytest.mark.parametrize("tool", ["initdb", "postgres"])
def test_half_made_data_is_never_taken_for_whole(cluster: Cluster, tool: str) -> None:
    failure = cluster.binaries.folder / f"{tool}.fails"
    failure.touch()
    with pytest.raises(StorageError, match=rf"{tool} failed; the end of {cluster.log} says: .*{tool} is here"):
        cluster.prepare()
    assert not cluster.data.exists()
    failure.unlink()
    cluster.prepare()
    assert cluster.data.exists()


def test_made_once(cluster: Cluster) -> None:
    cluster.prepare()
    password = cluster.password()
    cluster.prepare()
    assert cluster.password() == password
    assert cluster.log.read_text() == ""
    assert "initdb is here" in cluster.log.with_suffix(".log.1").read_text()


def test_a_postgres_that_ends_at_once(cluster: Cluster) -> None:
    cluster.prepare()
    with pytest.raises(StorageError, match=r"postgres does not start; .*postgres is here"):
        cluster.start()
