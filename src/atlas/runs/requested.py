"""What `atlas run` is asked to play: the tasks of a file, or tasks of one's own project."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atlas.config_file import load_run_config
from atlas.errors import ConfigError
from atlas.runs.discovered import DiscoveredPlan, run_discovered
from atlas.settings import RunConfig, Settings


@dataclass(frozen=True, slots=True)
class RunRequest:
    """The flags of `atlas run`."""

    config: Path | None
    task_file: Path | None
    tasks: Sequence[str]
    path: Path
    variables: Sequence[str]
    timeout_s: float
    output_dir: Path | None
    limit: int | None
    learning_key: str | None
    budget_usd: float | None


def requested(asked: RunRequest, settings: Settings) -> Coroutine[Any, Any, None]:
    """The run that was asked for. Raises `ConfigError` for flags that do not go together."""
    if asked.config is not None and not asked.tasks:
        config = load_run_config(asked.config)
        if config.environment == "gaia":
            return _gaia(asked, config, settings)
    if (asked.task_file is None) == (not asked.tasks):
        raise ConfigError(
            "say what to play: --task-file FILE with --config, --config alone where it says environment: gaia, or "
            "--task TEXT for a discovered project"
        )
    if asked.task_file is None:
        if asked.limit is not None:
            raise ConfigError("--limit does nothing with --task; leave it out")
        return run_discovered(_discovered(asked), settings)
    if asked.config is None:
        raise ConfigError("--task-file needs --config, for example configs/atlas/crm_harness.yaml")
    if asked.variables:
        raise ConfigError("--env does nothing with --task-file; leave it out")
    # Its artifacts bring plots along, which a discovered project does without.
    from atlas.runs.task_file import TaskFilePlan, run_task_file

    plan = TaskFilePlan(
        asked.config, asked.task_file, asked.output_dir, asked.limit, asked.learning_key, asked.budget_usd
    )
    return run_task_file(plan, settings)


def _gaia(asked: RunRequest, config: RunConfig, settings: Settings) -> Coroutine[Any, Any, None]:
    if asked.task_file is not None:
        raise ConfigError(f"{asked.config} plays the questions of its block gaia; leave --task-file out")
    if asked.variables:
        raise ConfigError("--env does nothing without --task; leave it out")
    from atlas.runs.gaia_run import GaiaPlan, run_gaia

    assert asked.config is not None
    plan = GaiaPlan(asked.config, config, asked.output_dir, asked.limit, asked.learning_key, asked.budget_usd)
    return run_gaia(plan, settings)


def _discovered(asked: RunRequest) -> DiscoveredPlan:
    return DiscoveredPlan(
        path=asked.path,
        tasks=asked.tasks,
        config=asked.config,
        variables=asked.variables,
        timeout_s=asked.timeout_s,
        learning_key=asked.learning_key,
        budget_usd=asked.budget_usd,
        output_dir=asked.output_dir,
    )
