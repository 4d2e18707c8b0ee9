"""A server home: private folders, a socket path that fits, locks that exclude."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from atlas.errors import StorageError
from atlas.storage.home import LONGEST_SOCKET_PATH, ServerHome, locked


def test_folders_are_private(tmp_path: Path) -> None:
    home = ServerHome(tmp_path / "home")
    home.create()
    assert home.folder.stat().st_mode & 0o777 == 0o700
    assert home.socket.parent == home.folder


def test_a_long_path_gets_a_short_private_socket(tmp_path: Path) -> None:
    home = ServerHome(tmp_path / ("deep" * 30))
    home.create()
    assert len(os.fsencode(home.socket)) <= LONGEST_SOCKET_PATH
    assert home.socket.is_relative_to(tempfile.gettempdir())
    assert home.socket.parent.stat().st_mode & 0o777 == 0o700
    assert home.socket != ServerHome(tmp_path / ("other" * 30)).socket
    home.socket.parent.rmdir()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give folders away")
def test_a_socket_folder_that_somebody_else_made_first_is_refused(tmp_path: Path) -> None:
    home = ServerHome(tmp_path / ("deep" * 30))
    home.socket.parent.mkdir()
    shutil.chown(home.socket.parent, "nobody")
    with pytest.raises(StorageError, match="belongs to another user"):
        home.create()
    home.socket.parent.rmdir()


def test_a_folder_that_others_can_enter_is_closed(tmp_path: Path) -> None:
    home = ServerHome(tmp_path)
    home.folder.mkdir(mode=0o755)
    home.create()
    assert home.folder.stat().st_mode & 0o777 == 0o700


def test_majors_newest_first(tmp_path: Path) -> None:
    home = ServerHome(tmp_path)
    for name in ("9", "18", "16", "old"):
        (home.folder / name / "data").mkdir(parents=True)
    (home.folder / "17").mkdir()
    assert home.majors() == (18, 16, 9)


def test_a_lock_excludes_until_it_is_left(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path, 0):
        with pytest.raises(StorageError, match="has held"), locked(path, 0.02):
            pass
    with locked(path, 0):
        pass
