"""The control protocol: what a client makes of a supervisor that answers, ends, or was never there."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from atlas.errors import StorageError
from atlas.storage import control
from atlas.storage.control import ServerAddress, ServerStatus, ask, connect, encode


@pytest.fixture
def path() -> Iterator[Path]:
    """A socket path that is short enough."""
    with tempfile.TemporaryDirectory(prefix="atlas-") as folder:
        yield Path(folder) / "control.sock"


def answering(path: Path, answer: bytes) -> tuple[socket.socket, Thread]:
    """A supervisor that reads one question, answers once and closes."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        with listener, listener.accept()[0] as link:
            link.recv(100)
            link.sendall(answer)

    thread = Thread(target=serve)
    thread.start()
    return listener, thread


def asked(path: Path, answer: bytes) -> ServerStatus | None:
    _, thread = answering(path, answer)
    link = connect(path)
    assert link is not None
    with link:
        said = ask(link, "status")
    thread.join()
    return said


def test_an_answer_comes_back_whole(path: Path) -> None:
    status = ServerStatus(True, "/data", ServerAddress("127.0.0.1", 5, "me", "secret"), "18.4", clients=2)
    assert asked(path, encode(status)) == status


def test_half_an_answer_is_none(path: Path) -> None:
    assert asked(path, b'{"running": true') is None


def test_nobody_there(path: Path) -> None:
    assert connect(path) is None
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(path))
    assert connect(path) is None


def test_a_place_that_cannot_be_reached(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot reach the database supervisor"):
        connect(tmp_path / "file" / "control.sock")


def test_one_that_hangs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "REPLY_TIMEOUT_S", 0.05)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        listener.listen()
        link = connect(path)
        assert link is not None
        with link, pytest.raises(StorageError, match=r"has not answered for 0\.05 s"):
            ask(link, "status")


def test_an_address_is_a_url() -> None:
    address = ServerAddress("127.0.0.1", 5432, "me", "p@ss/word")
    assert address.url("my db") == "postgresql://me:p%40ss%2Fword@127.0.0.1:5432/my%20db"
