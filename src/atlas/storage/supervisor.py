"""A supervisor: the process that owns one embedded server and ends it when nobody needs it any more.

Started as `python -m atlas.storage.supervisor ORDER`, detached from whoever started it. Clients hold a connection
to its control socket; when the last is gone, also by SIGKILL, it lingers for the next and then stops postgres.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from atlas.core.json import from_json, loads_object
from atlas.errors import StorageError
from atlas.storage import binaries, cluster, identity
from atlas.storage.cluster import HOST, ROLE, Cluster
from atlas.storage.control import Order, ServerAddress, ServerStatus, Started, encode
from atlas.storage.home import ServerHome, locked

# A predecessor that is stopping may need its full time.
TAKE_OVER_TIMEOUT_S = cluster.STOP_TIMEOUT_S + 10
# Even who does not want the server to linger must have the time to attach to it.
STARTER_GRACE_S = 5.0


class Supervisor:
    """Serves the control socket while postgres runs: until `stop`, a signal, idleness, or the end of postgres."""

    def __init__(self, server: Cluster, process: subprocess.Popen[bytes], port: int, linger_s: float) -> None:
        self._server, self._process, self._linger_s = server, process, linger_s
        self._address = ServerAddress(HOST, port, ROLE, server.password())
        self._attached = 0
        self._stays = False
        self._done = asyncio.Event()
        self._idle: asyncio.TimerHandle | None = None

    async def run(self, listener: socket.socket) -> None:
        """Serve until done. On return nobody can attach any more, and postgres is still to be stopped."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            loop.add_signal_handler(number, self._done.set)
        server = await asyncio.start_unix_server(self._serve, sock=listener)
        self._lingers(max(self._linger_s, STARTER_GRACE_S))
        _report(Started())
        if self._process.poll() is None:
            await self._done.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(ConnectionError):
            asked = (await reader.readline()).strip()
            if self._done.is_set():  # too late: without an answer the client starts the next server
                return
            match asked:
                case b"attach":
                    await self._hold(reader, writer)
                case b"stay":
                    self._stays = True
                    self._lingers()
                    await self._answer(writer)
                case b"status":
                    await self._answer(writer)
                case b"stop":
                    await self._answer(writer)
                    self._done.set()

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._attached += 1
        self._lingers()
        try:
            await self._answer(writer)
            await reader.read()
        finally:
            self._attached -= 1
            self._lingers()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        writer.write(encode(self._status()))
        await writer.drain()

    def _lingers(self, delay_s: float | None = None) -> None:
        if self._idle:
            self._idle.cancel()
            self._idle = None
        if not self._attached and not self._stays:
            self._idle = asyncio.get_running_loop().call_later(
                self._linger_s if delay_s is None else delay_s, self._done.set
            )

    def _status(self) -> ServerStatus:
        return ServerStatus(
            running=True,
            data=str(self._server.data),
            address=self._address,
            version=self._server.binaries.version,
            binaries=str(self._server.binaries.folder),
            log=str(self._server.log),
            pid=self._process.pid,
            clients=self._attached,
            stays=self._stays,
        )


def main(argument: str) -> None:
    """Own the server of the order's home until it is no longer needed."""
    if os.fork():  # the starter waits for this process only, so it never has a zombie to collect
        os._exit(0)
    try:
        _own(from_json(Order, loads_object(argument)))
    except StorageError as error:
        _report(Started(error=str(error)))
    except OSError as error:
        _report(Started(error=f"cannot set up the database: {error.filename or 'disk'}: {error.strerror}"))


def _own(order: Order) -> None:
    home = ServerHome(Path(order.home))
    with locked(home.owner_lock, TAKE_OVER_TIMEOUT_S):
        found = binaries.find(Path(order.pg_bin) if order.pg_bin else None, home.majors())
        folder = home.folder / str(found.major)
        runs_as = identity.choose(folder / "data", found.tool("postgres"))
        server = Cluster(folder, found, runs_as, order.options)
        server.prepare()
        process, port = server.start()
        try:
            with _listening(home) as listener:
                asyncio.run(_supervise(server, process, port, order.linger_s, listener))
        finally:
            cluster.stop(process)


async def _supervise(
    server: Cluster, process: subprocess.Popen[bytes], port: int, linger_s: float, listener: socket.socket
) -> None:
    await Supervisor(server, process, port, linger_s).run(listener)


@contextmanager
def _listening(home: ServerHome) -> Iterator[socket.socket]:
    # The owner lock is held, so a socket file that is there already is left over from a crash. Its folder may have
    # been removed, since we were started, by the supervisor before us.
    path = home.socket
    home.create()
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(path))
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)
            if path.parent != home.folder:
                with suppress(OSError):
                    path.parent.rmdir()


def _report(word: Started) -> None:
    with suppress(BrokenPipeError):  # the starter may be gone; the server then ends after its linger
        os.write(sys.stdout.fileno(), encode(word))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    main(sys.argv[1])
