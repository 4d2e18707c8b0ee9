"""The server: the application behind a web server that tells it how deliveries end."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from atlas.core.protocols import GroupStore
from atlas.errors import ConfigError
from atlas.rollouts.api.app import TrajectoryApi
from atlas.rollouts.api.config import ApiConfig
from atlas.rollouts.api.connections import Connections
from atlas.rollouts.api.queue import GroupQueue

# Requests under way when the server is told to stop have this long.
SHUTDOWN_S = 5
BACKLOG = 256


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at `host`:`port`; port 0 takes any free one. Raises `ConfigError`."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # With the protocol named, asyncio sends what is written at once; else small answers wait 40 ms for more.
        listener = socket.socket(family, kind, socket.IPPROTO_TCP)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from error
    return listener


def _cannot_listen(host: str, port: int, error: OSError) -> ConfigError:
    return ConfigError(f"cannot listen at {host}:{port}: {error.strerror}; choose another --host or --port")


async def serve(
    listener: socket.socket,
    store: GroupStore,
    config: ApiConfig,
    *,
    token: str | None,
    new_uuid: Callable[[], int],
    ready: Callable[[GroupQueue], None],
) -> None:
    """Serve until the process is told to stop; `ready` is called when requests are taken. Raises `StorageError`."""
    queue, connections = GroupQueue(store, config), Connections()
    async with queue.running():
        application = TrajectoryApi(queue, connections, new_uuid).application(config, token)
        server = web_server(application, connections)
        ready(queue)
        await server.serve(sockets=[listener])


def web_server(application: ASGIApp, connections: Connections) -> uvicorn.Server:
    """A web server for the application that keeps the register of connections."""
    return uvicorn.Server(
        uvicorn.Config(
            application,
            http=connections.protocol(),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            # A header must not change which connection a request came by.
            proxy_headers=False,
            timeout_graceful_shutdown=SHUTDOWN_S,
        )
    )
