"""The CRM for Gymnasium, composed: an environment made from a dataset. Needs the extra `gym`, once it is used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from pydantic import ValidationError

from atlas.assembly import CRM_VERIFIERS, databases, open_crm, utc_now
from atlas.core.protocols import Environment
from atlas.core.tasks import Task
from atlas.datasets.payloads import Backend
from atlas.environments.crm.environment import CrmEnvironment
from atlas.environments.crm.gym.background import BackgroundLoop
from atlas.environments.crm.gym.config import RewardConfig
from atlas.environments.crm.gym.telemetry import EpisodeLog
from atlas.errors import ConfigError, DatasetError
from atlas.runs import conversations
from atlas.settings import Settings
from atlas.verify.registry import build_verifiers

if TYPE_CHECKING:
    from atlas.environments.crm.gym.env import CrmEnv

ENV_ID = "atlas/Crm-v0"


def register_env() -> str:
    """Make `gymnasium.make(ENV_ID, dataset=...)` work, which takes what `make_env` takes. Returns the id."""
    from atlas.environments.crm.gym.env import register

    register(ENV_ID, "atlas.runs.gym:make_env")
    return ENV_ID


def make_env(
    dataset: Path | str,
    split: str | None = None,
    backend: Backend = "mock",
    *,
    max_steps: int = 20,
    reward_config: RewardConfig | Mapping[str, Any] | None = None,
    include_negative_cases: bool = True,
    verifiers: Sequence[str] = CRM_VERIFIERS,
    seed: int = 42,
    telemetry: Path | str | None = None,
) -> CrmEnv:
    """The conversations of a dataset's split as an environment, in memory ("mock") or on PostgreSQL.

    `max_steps` bounds the actions of one turn. `include_negative_cases` keeps conversations in which a request must
    be refused. `verifiers` are names of the registry. `telemetry` is a file that gets a line for each finished
    episode. PostgreSQL is found as for every command (`DB_*`, else the embedded server), at the first reset.

    Raises `ConfigError` and `DatasetError` for wrong input, `StorageError` when `telemetry` cannot be written, and
    `ModuleNotFoundError` without gymnasium.
    """
    from atlas.environments.crm.gym.env import CrmEnv

    return CrmEnv(
        load_tasks(dataset, split, include_negative_cases=include_negative_cases),
        lambda: _environment(backend),
        build_verifiers(verifiers).check,
        max_steps=max_steps,
        reward_config=_reward_config(reward_config),
        seed=seed,
        log=EpisodeLog(Path(telemetry)) if telemetry is not None else None,
        now=utc_now,
    )


def load_tasks(
    dataset: Path | str, split: str | None = None, *, include_negative_cases: bool = True
) -> tuple[Task, ...]:
    """The tasks that `make_env` plays, targets included, for oracles and analyses.

    Rows that cannot be used, and conversations that only a judge could grade, are named with the reason on standard
    error. Raises `DatasetError` when none is left.
    """
    with closing(BackgroundLoop()) as loop:
        loaded = loop.run(conversations.load_tasks(Path(dataset)))
    judged = [task for task in loaded.tasks if any(turn.judged for turn in task.target.turns)]
    for problem in (*loaded.problems, *(f"{task.task_id}: only a judge could grade it" for task in judged)):
        typer.echo(f"{dataset}: {problem}", err=True)
    tasks = tuple(task for task in loaded.tasks if split in (None, task.split) and task not in judged)
    if not include_negative_cases:
        tasks = tuple(task for task in tasks if all(turn.refusal is None for turn in task.target.turns))
    if not tasks:
        raise DatasetError(f"no usable conversation of split {split!r}, so there is nothing to play", path=dataset)
    return tasks


def _reward_config(given: RewardConfig | Mapping[str, Any] | None) -> RewardConfig:
    try:
        return RewardConfig.model_validate(given or {})
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc'])) or 'as a whole'}: {fault['msg']}" for fault in error.errors())
        raise ConfigError(f"reward_config: {'; '.join(faults)}") from error


@asynccontextmanager
async def _environment(backend: Backend) -> AsyncIterator[Environment]:
    if backend == "mock":
        yield CrmEnvironment.memory()
        return
    async with databases(Settings.load()) as addresses, open_crm(backend, addresses.crm_url, 1) as crm:
        yield crm
