"""The trajectory API as a command: a database, a queue in it, a server over it."""

from __future__ import annotations

import logging
import socket
import uuid
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rich.console import Console

from atlas.errors import ConfigError
from atlas.rollouts.api.config import ApiConfig
from atlas.runs.store import open_database
from atlas.settings import Settings
from atlas.storage.groups import PostgresGroups

if TYPE_CHECKING:
    from atlas.rollouts.api.queue import GroupQueue

TOKEN_VARIABLE = "ATLAS_ROLLOUT_TOKEN"
# One connection writes groups; the others are for trainers, two each while a batch goes out.
CONNECTIONS = 10
LOOPBACK = ("127.", "::1")


@dataclass(frozen=True, slots=True)
class ApiPlan:
    """What `atlas rollout api` is asked for. `fresh` drops what is in the queue."""

    host: str
    port: int
    queue: str
    fresh: bool
    config: ApiConfig


async def run_api(plan: ApiPlan, settings: Settings) -> None:
    """Serve until told to stop. Raises `ConfigError`, or `StorageError` when the database fails at the start."""
    if find_spec("fastapi") is None or find_spec("uvicorn") is None:
        raise ConfigError("`atlas rollout api` needs fastapi and uvicorn: pip install 'atlas[rollouts]'")
    from atlas.rollouts.api.server import listen, serve

    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    token = settings.environ.get(TOKEN_VARIABLE) or None
    listener = listen(plan.host, plan.port)
    with listener:
        async with open_database(settings, settings.atlas_url, connections=CONNECTIONS) as database:
            async with PostgresGroups(database, plan.queue) as store:
                if plan.fresh:
                    await store.load()
                    await store.reset()

                def ready(queue: GroupQueue) -> None:
                    _announce(queue, plan.queue, listener, database.place, guarded=token is not None)

                await serve(
                    listener, store, plan.config, token=token, new_uuid=lambda: uuid.uuid4().int, ready=ready
                )


def _announce(queue: GroupQueue, name: str, listener: socket.socket, place: str, *, guarded: bool) -> None:
    """Say what is there; the last line, with the address, says that requests are taken."""
    host, port = listener.getsockname()[:2]
    console = Console(soft_wrap=True, highlight=False, markup=False)
    trainer = queue.registration
    if trainer is not None or queue.queue_size or queue.buffered_groups:
        console.print(
            f"resumed: {queue.queue_size} groups wait, {queue.buffered_groups} in buffers, "
            f"{queue.batches_to_repeat} batches to hand out again, step {queue.step}, "
            f"{f'project {trainer.wandb_project}' if trainer else 'no trainer yet'}; --fresh begins anew"
        )
    if not guarded and not host.startswith(LOOPBACK):
        console.print(f"anyone who reaches this address can read and reset the queue; {TOKEN_VARIABLE} guards it")
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    console.print(f"trajectory API at http://{address}, queue {name} in {place}")
