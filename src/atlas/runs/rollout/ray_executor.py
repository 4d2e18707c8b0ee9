"""The Ray executor: the same player in worker processes, on this machine or on many."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from atlas.assembly import utc_now
from atlas.core.events import Event
from atlas.core.json import dumps, from_json, loads_object
from atlas.core.keyless import keyless
from atlas.core.playbook import Lessons
from atlas.core.session import Failure, Session, Slot
from atlas.core.tasks import Task
from atlas.errors import AtlasError, ConfigError
from atlas.rollouts.benchmark import Assignment
from atlas.rollouts.config import RolloutConfig
from atlas.runs.rollout.model_block import with_key
from atlas.runs.rollout.player import ARM, RUN, RolloutPlayer, open_player
from atlas.runtime.sandbox.pool import PASSED_ON
from atlas.settings import Settings
from atlas.telemetry.tracing import Untraced

WEB_KEY = "TAVILY_API_KEY"
OBJECT_STORE_BYTES = 100_000_000
"""Assignments and sessions are small and pass through at once."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What a worker needs to build the player of a run. `config` holds the API key, where the model needs one."""

    env: str
    config: RolloutConfig
    settings: Settings
    folder: Path


class Silent:
    """A recorder for processes whose screen nobody sees."""

    async def record(self, event: Event) -> None: ...


class Worker:
    """One process of the cluster. It opens its player with the first assignment, restarted ones too."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._player: RolloutPlayer | None = None

    async def fault(self) -> str | None:
        """Open the player, and say what is wrong with its input: errors of ours are not pickled."""
        try:
            await self._opened()
        except AtlasError as error:
            return str(error)
        return None

    async def play(self, assignment: Assignment) -> str:
        """One trajectory, as JSON."""
        return dumps(await (await self._opened()).play(assignment))

    async def close(self) -> None:
        """Give back what the player holds."""
        await self._stack.aclose()

    async def _opened(self) -> RolloutPlayer:
        async with self._opening:
            if self._player is None:
                spec = self._spec
                player = open_player(spec.env, spec.config, spec.settings, Silent(), Untraced(), spec.folder)
                self._player = await self._stack.enter_async_context(player)
            return self._player


class RayExecutor:
    """Plays on the workers, each with an equal share of the places. A worker that dies is begun anew by Ray."""

    def __init__(self, workers: list[Any], places: int, tasks: tuple[Task, ...], died: type[Exception]) -> None:
        """`workers` are handles; `places` is how many trajectories are played at once in all."""
        self._workers, self._tasks, self._died = workers, tasks, died
        self._playing = [0] * len(workers)
        self._room = asyncio.Semaphore(places)

    async def play(self, assignment: Assignment) -> Session:
        async with self._room:
            at = min(range(len(self._workers)), key=lambda number: self._playing[number])
            self._playing[at] += 1
            started = utc_now()
            try:
                return from_json(Session, loads_object(await self._workers[at].play.remote(assignment)))
            except self._died as error:
                return self._lost(assignment, started, error)
            finally:
                self._playing[at] -= 1

    def _lost(self, assignment: Assignment, started: str, error: Exception) -> Session:
        """The session that was played on a worker that died: it failed below the agent."""
        task = self._tasks[assignment.place]
        reason = " ".join(str(error).split())[:300]
        return Session(
            Slot(RUN, ARM, task.task_id, assignment.trial),
            task.brief.family,
            simulated=False,
            dataset_revision=task.revision,
            lessons=Lessons(keyless(RUN), 0),
            played=None,
            failure=Failure("worker", type(error).__name__, f"worker died while it played: {reason}"),
            started_at=started,
            finished_at=utc_now(),
        )


@asynccontextmanager
async def open_ray(
    env: str, config: RolloutConfig, settings: Settings, tasks: tuple[Task, ...]
) -> AsyncIterator[RayExecutor]:
    """A cluster (`ray.address`) or a local one, with workers that have opened their players.

    Raises `ConfigError` without Ray, for a cluster that cannot be reached, and for what a worker finds wrong.
    """
    # What would report over the network how Ray is used. It is read while the cluster starts.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        ray: Any = importlib.import_module("ray")
    except ImportError as error:
        raise ConfigError("--executor ray needs Ray: pip install 'atlas[ray]'") from error
    # The other variables stay here: keys and tokens are nobody's business on another machine.
    kept = {name: settings.environ[name] for name in (*PASSED_ON, WEB_KEY) if name in settings.environ}
    away = settings.model_copy(update={"environ": kept, "atlas_url": None})
    keys = {"openai": with_key(config.openai, settings), "judge": with_key(config.judge, settings)}
    spec = Spec(env, config.model_copy(update=keys), away, Path.cwd())
    count = config.ray.workers
    places = config.env.max_concurrent_processes
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="atlas-ray-"))
        await asyncio.to_thread(_start, ray, config, folder)
        stack.push_async_callback(asyncio.to_thread, ray.shutdown)
        remote = ray.remote(num_cpus=1, max_concurrency=-(-places // count) + 1, max_restarts=-1)(Worker)
        workers = [remote.remote(spec) for _ in range(count)]
        stack.push_async_callback(_close, workers)
        for fault in await asyncio.gather(*(worker.fault.remote() for worker in workers)):
            if fault is not None:
                raise ConfigError(f"a Ray worker cannot play: {fault}")
        yield RayExecutor(workers, places, tasks, ray.exceptions.RayActorError)


def _start(ray: Any, config: RolloutConfig, folder: str) -> None:
    """Join the cluster, or start one that nobody reaches from outside and whose files go with it."""
    logging.getLogger("ray").setLevel(logging.ERROR)
    quiet = {"log_to_driver": False, "configure_logging": False}
    try:
        if config.ray.address is not None:
            ray.init(address=config.ray.address, **quiet)
        else:
            ray.init(
                address="local",
                include_dashboard=False,
                num_cpus=config.ray.workers,
                object_store_memory=OBJECT_STORE_BYTES,
                _node_ip_address="127.0.0.1",
                _temp_dir=folder,
                **quiet,
            )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ConfigError(f"Ray does not start: {' '.join(str(error).split())[:300]}") from error


async def _close(workers: list[Any]) -> None:
    await asyncio.gather(*(worker.close.remote() for worker in workers), return_exceptions=True)
