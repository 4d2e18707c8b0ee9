"""The benchmarks of `atlas rollout`: what ENV names, opened."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import typer
from pydantic import ValidationError

from atlas.agents.python_agent import imported
from atlas.assembly import (
    brief_instructions,
    crm_verifiers,
    databases,
    gaia_environment,
    gaia_tasks,
    gaia_verifiers,
    open_crm,
)
from atlas.core.tasks import Task
from atlas.datasets.loader import dataset_revision, task_of
from atlas.environments.gaia.config import GaiaConfig
from atlas.errors import ConfigError, DatasetError
from atlas.rollouts.benchmark import Benchmark
from atlas.rollouts.config import EnvConfig
from atlas.runs.conversations import load_tasks
from atlas.runs.gaia_data import generate_dataset
from atlas.runs.generation import COUNT, generated
from atlas.runs.rollout.plan import ENVIRONMENTS
from atlas.settings import Settings

MINI = Path("data/gaia_mini")
MINI_SEED, MINI_PER_LEVEL = 42, 22
Opener = Callable[[EnvConfig, Settings, int], AbstractAsyncContextManager[Benchmark]]


@asynccontextmanager
async def open_benchmark(
    name: str, env: EnvConfig, settings: Settings, seed: int, folder: Path
) -> AsyncIterator[Benchmark]:
    """The benchmark called `name`, with the tasks that `env` chooses. Paths and modules are relative to `folder`.

    Raises `ConfigError` for an unknown name or a factory that does not give one, and `DatasetError` when no task is
    left: nothing to play is never a success.
    """
    opener = BENCHMARKS.get(name)
    if opener is None and ":" not in name:
        raise ConfigError(f"there is no environment {name!r}; there are {ENVIRONMENTS}")
    if env.dataset_path is not None:
        env = env.model_copy(update={"dataset_path": folder / env.dataset_path})
    if opener is None and (env.dataset_path is not None or env.level is not None):
        key = "level" if env.dataset_path is None else "dataset_path"
        raise ConfigError(f"--env.{key} does nothing for {name}, which brings its own tasks; leave it out")
    async with opener(env, settings, seed) if opener else _own(name, folder) as benchmark:
        yield replace(benchmark, tasks=_chosen(benchmark.tasks, env, name))


@asynccontextmanager
async def _crm(env: EnvConfig, settings: Settings, seed: int) -> AsyncIterator[Benchmark]:
    if env.level is not None:
        raise ConfigError("--env.level belongs to smolagents; conversations of the CRM have none")
    tasks, revision = await _conversations(env.dataset_path, seed)
    rules = crm_verifiers(None).rules
    if env.backend == "mock":
        async with open_crm("mock", "", 1) as crm:
            yield Benchmark(crm, tasks, rules, revision)
        return
    async with (
        databases(settings) as addresses,
        open_crm("postgres", addresses.crm_url, env.max_concurrent_processes) as crm,
    ):
        yield Benchmark(crm, tasks, rules, revision)


async def _conversations(path: Path | None, seed: int) -> tuple[list[Task], str]:
    """The tasks of a file, without those that only a judge could grade; without a file generated ones."""
    if path is None:
        revision = f"generated:seed={seed},count={COUNT}"
        rows = generated(seed, count=COUNT, splits=None, golden=False)
        return [task_of(row, brief_instructions(), revision) for row in rows], revision
    loaded = await load_tasks(path)
    judged = {task.task_id for task in loaded.tasks if any(turn.judged for turn in task.target.turns)}
    for problem in (*loaded.problems, *(f"{name}: only a judge could grade it" for name in sorted(judged))):
        typer.echo(f"{path}: {problem}", err=True)
    return [task for task in loaded.tasks if task.task_id not in judged], dataset_revision(path)


@asynccontextmanager
async def _gaia(env: EnvConfig, settings: Settings, seed: int) -> AsyncIterator[Benchmark]:
    try:
        config = GaiaConfig.model_validate(
            {
                "dataset": env.dataset_path or _gaia_mini(settings.home),
                "split": env.split or "validation",
                "levels": env.level or (1, 2, 3),
            }
        )
    except ValidationError as error:
        fault = error.errors()[0]
        raise ConfigError(f"--env.{fault['loc'][0]}: {fault['msg']} (given: {fault['input']!r})") from error
    everything = gaia_tasks(config)
    tasks = [task for task in everything if task.target.answer is not None]
    if len(tasks) < len(everything):
        unpublished = len(everything) - len(tasks)
        typer.echo(
            f"{config.dataset}: {unpublished} questions are left out: their answers are not published", err=True
        )
    async with gaia_environment(config, settings) as environment:
        revision = everything[0].revision if everything else ""
        yield Benchmark(environment, tasks, gaia_verifiers(None).rules, revision)


def _gaia_mini(home: Path) -> Path:
    """The shipped questions; outside a clone the same ones, generated once into `home`."""
    if MINI.exists():
        return MINI
    folder = home / "gaia_mini"
    # The card is written last, so that a folder with one is whole.
    if not (folder / "README.md").exists():
        generate_dataset(folder, seed=MINI_SEED, per_level=MINI_PER_LEVEL)
    return folder


@asynccontextmanager
async def _own(name: str, folder: Path) -> AsyncIterator[Benchmark]:
    """What the user's own factory makes: a benchmark, or an async context that opens one."""
    module, _, attribute = name.partition(":")
    factory = imported(module, attribute, folder)
    if not callable(factory):
        raise ConfigError(f"{name} is not callable; it must be a function without arguments that gives a Benchmark")
    made = factory()
    made = await made if inspect.isawaitable(made) else made
    if isinstance(made, AbstractAsyncContextManager):
        async with made as benchmark:
            yield _checked(benchmark, name)
    else:
        yield _checked(made, name)


def _checked(made: object, name: str) -> Benchmark:
    if not isinstance(made, Benchmark):
        raise ConfigError(f"{name} gives {type(made).__name__}; it must give an atlas.rollouts.benchmark.Benchmark")
    if not any(getattr(verifier, "required", True) for verifier in made.verifiers):
        raise ConfigError(f"{name}: no verifier of its benchmark is required, so nothing would be checked")
    if len({task.task_id for task in made.tasks}) < len(made.tasks):
        raise ConfigError(f"{name}: two tasks of its benchmark have one id; ids must differ")
    return made


def _chosen(tasks: Sequence[Task], env: EnvConfig, name: str) -> tuple[Task, ...]:
    chosen = tuple(task for task in tasks if env.split in (None, task.split))
    if not chosen:
        splits = ", ".join(sorted({task.split for task in tasks})) or "none"
        what = "no usable task" if env.split is None else f"no task of split {env.split!r} (splits: {splits})"
        raise DatasetError(f"{what}, so there is nothing to play", path=env.dataset_path or name)
    return chosen


BENCHMARKS: dict[str, Opener] = {"crm": _crm, "smolagents": _gaia}
