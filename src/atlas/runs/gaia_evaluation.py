"""An evaluation on GAIA: what `atlas gaia eval` was asked for, as the plan of a rollout evaluation."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from atlas.runs.rollout.evaluate import run_evaluate
from atlas.runs.rollout.plan import RolloutPlan, read_plan
from atlas.settings import Settings

COMMAND = "gaia eval"
RESULTS = Path("results/gaia")


@dataclass(frozen=True, slots=True)
class GaiaEvalPlan:
    """Which questions, played by whom, how often. None is what the config says, or its default.

    `config` is a rollout config; what is given beside it wins. Without one a model is sampled at temperature 0.
    """

    dataset: Path | None
    split: str | None
    levels: tuple[int, ...]
    config: Path | None
    agent: str | None
    model: str | None
    api_base: str | None
    temperature: float | None
    limit: int | None
    trials: int | None
    seed: int | None
    concurrency: int | None
    budget_usd: float | None
    offline: bool
    output: Path | None
    resume: bool

    def rollout(self) -> RolloutPlan:
        """The plan of `atlas rollout evaluate smolagents` that plays it. Raises `ConfigError`."""
        words = [f"--{name}={value}" for name, value in self._fields() if value is not None]
        switches = [f"--{name}" for name in ("offline", "resume") if getattr(self, name)]
        return replace(read_plan("evaluate", ["smolagents", *words, *switches]), line=self.line)

    @property
    def line(self) -> str:
        """The shell line that repeats the evaluation; what was left at its default is left out."""
        given = {
            "dataset": self.dataset,
            "split": self.split,
            "config": self.config,
            "agent": self.agent,
            "model": self.model,
            "api-base": self.api_base,
            "temperature": self.temperature,
            "limit": self.limit,
            "trials": self.trials,
            "seed": self.seed,
            "concurrency": self.concurrency,
            "budget-usd": self.budget_usd,
            "output": self.output,
        }
        words = [word for name, value in given.items() if value is not None for word in (f"--{name}", str(value))]
        levels = [word for level in self.levels for word in ("--level", str(level))]
        return shlex.join(["atlas", *COMMAND.split(), *words, *levels, *(["--offline"] if self.offline else [])])

    def _fields(self) -> Iterator[tuple[str, object]]:
        yield "config", self.config
        yield "env.dataset_path", self.dataset
        yield "env.split", self.split
        yield "env.level", ",".join(map(str, self.levels)) or None
        yield "env.agent", self.agent
        yield "env.total_steps", self.limit
        yield "env.group_size", self.trials
        yield "env.max_concurrent_processes", self.concurrency
        yield "env.data_dir_to_save_evals", self.output or (None if self.config else RESULTS)
        yield "openai.model_name", self.model
        yield "openai.base_url", self.api_base
        yield "openai.temperature", 0.0 if self.temperature is None and not self.config else self.temperature
        yield "seed", self.seed
        yield "budget_usd", self.budget_usd


async def run_gaia_evaluation(plan: GaiaEvalPlan, settings: Settings) -> None:
    """Play the questions, print the rates and write the report. Raises what `run_evaluate` raises."""
    subject = f"GAIA ({plan.dataset})" if plan.dataset else "gaia-mini"
    await run_evaluate(plan.rollout(), settings, command=COMMAND, subject=subject)
