"""The control protocol between a supervisor and its clients: one JSON line each way over a private socket.

After the answer to `attach` the client keeps the connection open: it is attached for as long as it does, and the
kernel closes it however the client ends.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import quote

from atlas.core.json import dumps, from_json, loads_object
from atlas.errors import StorageError

Ask: TypeAlias = Literal["attach", "stay", "status", "stop"]
REPLY_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server listens and who may log in."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)

    def url(self, database: str) -> str:
        """The connection URL of one database."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        return f"postgresql://{login}@{self.host}:{self.port}/{quote(database, safe='')}"


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known of the server of one home. `address` is None when it is not running."""

    running: bool
    data: str
    address: ServerAddress | None = None
    version: str = ""
    binaries: str = ""
    log: str = ""
    pid: int = 0
    clients: int = 0
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What a supervisor is started with."""

    home: str
    pg_bin: str | None
    options: dict[str, str]
    linger_s: float


@dataclass(frozen=True, slots=True)
class Started:
    """The first word of a supervisor: whether its server runs, and if not, why."""

    error: str | None = None


def connect(path: Path) -> socket.socket | None:
    """A connection to the supervisor listening at `path`, or None when there is none. Raises `StorageError`."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(REPLY_TIMEOUT_S)
    try:
        link.connect(str(path))
    except (FileNotFoundError, ConnectionRefusedError):
        link.close()
        return None
    except OSError as error:
        link.close()
        raise StorageError(f"cannot reach the database supervisor at {path}: {error.strerror}") from error
    return link


def ask(link: socket.socket, what: Ask) -> ServerStatus | None:
    """The answer to `what`, or None when the supervisor is just ending and no longer answers.

    Raises `StorageError` when it neither answers nor ends.
    """
    try:
        link.sendall(what.encode() + b"\n")
        line = _read_line(link)
    except (ConnectionResetError, BrokenPipeError):
        return None
    except TimeoutError as error:
        raise StorageError(f"the database supervisor has not answered for {REPLY_TIMEOUT_S:g} s; end it") from error
    return from_json(ServerStatus, loads_object(line)) if line.endswith(b"\n") else None


def encode(message: object) -> bytes:
    return dumps(message).encode() + b"\n"


def _read_line(link: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n") and (chunk := link.recv(4096)):
        line += chunk
    return line
