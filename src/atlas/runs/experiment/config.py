"""The config of an experiment: which run configs, which conversations, how many, how often."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from atlas.datasets.payloads import Backend
from atlas.errors import ConfigError

Count = Annotated[int, Field(ge=1, le=100_000)]

_SAMPLE = {"seed_sessions": 8, "stream_sessions": 6, "test": 10, "transfer": 6, "orders": 2, "trials": 1}


class ExperimentConfig(BaseModel):
    """An experiment config file, whole."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    title: Annotated[str, Field(min_length=1)]
    """Heading of the report."""

    run_config: Path | None = None
    """The run config that every arm is played under."""

    sweep: tuple[Path, ...] = ()
    """Run configs to play the whole experiment under, one after the other, instead of `run_config`."""

    offline: bool = True
    """Scripted models in every role, whatever the run config names: SIMULATED, free, no key. false: its models."""

    dataset: Path
    """Conversations with the splits train, test and transfer."""

    backend: Backend = "postgres"
    """Where the CRM keeps its state."""

    seed_sessions: Count = 25
    """Sessions on train that fill the playbook before the stream begins."""

    stream_sessions: Count = 35
    """Sessions on train after them, in which Atlas goes on learning while it is measured."""

    test: Annotated[int, Field(ge=2)] = 60
    """Conversations of split test that every held-out arm plays."""

    transfer: Annotated[int, Field(ge=2)] = 40
    """Conversations of split transfer, whose families training does not know, that every held-out arm plays."""

    orders: Annotated[int, Field(ge=1, le=50)] = 3
    """Orders of the training tasks; each fills a playbook of its own."""

    trials: Annotated[int, Field(ge=1, le=50)] = 2
    """Plays of each held-out conversation per arm and order, each with draws of its own."""

    seed: int = 42
    """Draws tasks and orders, and seeds sampling and resampling."""

    concurrency: Annotated[int, Field(ge=1, le=256)] = 4
    """Sessions at once; changes no result."""

    smallest_effect: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """The difference in success that matters: an experiment that could not have found it is underpowered."""

    ngram: Annotated[int, Field(ge=2, le=50)] = 6
    """Words in a row of a held-out text that count as a leak, in a playbook or a history."""

    @model_validator(mode="after")
    def _one_or_many(self) -> ExperimentConfig:
        if (self.run_config is None) == (not self.sweep):
            raise ValueError("give either run_config or sweep")
        if len(set(self.sweep)) < len(self.sweep):
            raise ValueError("sweep names a run config twice")
        return self

    @property
    def run_configs(self) -> tuple[Path, ...]:
        return self.sweep or ((self.run_config,) if self.run_config else ())

    def sampled(self) -> ExperimentConfig:
        """The same experiment, small: it shows that everything works and decides nothing."""
        smaller = {name: min(count, getattr(self, name)) for name, count in _SAMPLE.items()}
        return self.model_copy(update=smaller)


def load_experiment_config(path: Path, sweep: tuple[Path, ...] = ()) -> ExperimentConfig:
    """The config of a file; `sweep` takes the place of the run configs that it names.

    Raises `ConfigError` that names every fault, a line each.
    """
    try:
        data = yaml.safe_load(path.read_text())
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such config file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the config file cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: an experiment config is a mapping; configs/experiments/crm_uplift.yaml is one")
    if sweep:
        data = {key: value for key, value in data.items() if key != "run_config"} | {"sweep": sweep}
    try:
        return ExperimentConfig.model_validate(data)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{path}: {_sentence(fault)}" for fault in error.errors())) from error


def _sentence(fault: Any) -> str:
    key = ".".join(map(str, fault["loc"]))
    if fault["type"] == "extra_forbidden":
        known = sorted(ExperimentConfig.model_fields)
        near = difflib.get_close_matches(key, known, n=1)
        return f"{key}: unknown key; " + (f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}")
    if fault["type"] == "missing":
        return f"{key}: this key is required"
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    return f"{key}: {fault['msg'][0].lower()}{fault['msg'][1:]} (given: {fault['input']!r})"
