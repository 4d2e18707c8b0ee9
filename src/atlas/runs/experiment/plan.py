"""The plan of an experiment: what was asked for, under which run configs, and the folder that says so."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

import msgspec

from atlas.assembly import crm_verifiers
from atlas.config_file import load_run_config
from atlas.core.json import JsonObject
from atlas.core.session import RunId
from atlas.datasets.loader import dataset_revision
from atlas.errors import ConfigError
from atlas.export.artifacts import write_json
from atlas.runs.experiment.config import ExperimentConfig, load_experiment_config
from atlas.settings import RunConfig, Settings

COMMAND = "experiment run"
RESULTS = Path("results/experiments")


class _Asked(msgspec.Struct):
    config: str
    sweep: list[str]
    sample: bool
    output: str | None


class Names(msgspec.Struct, frozen=True):
    """What the files of an experiment were called where it was begun; they may lie elsewhere by now."""

    dataset: str
    run_config: str


class _Owner(msgspec.Struct):
    run_id: str
    command: str
    plan: _Asked
    names: Names


@dataclass(frozen=True, slots=True)
class Planned:
    """What a folder says of its experiment: what was asked for, which run it is, and what its files were called."""

    plan: ExperimentPlan
    run_id: RunId
    names: Names


@dataclass(frozen=True, slots=True)
class ExperimentPlan:
    """What `atlas experiment run` was asked for."""

    config: Path
    sweep: tuple[Path, ...] = ()
    sample: bool = False
    output: Path | None = None
    budget_usd: float | None = None

    def loaded(self) -> ExperimentConfig:
        """The config with what the flags change in it. Raises `ConfigError`."""
        config = load_experiment_config(self.config, self.sweep)
        return config.sampled() if self.sample else config

    @property
    def folder(self) -> Path:
        """Where the report goes; a sample and a sweep have folders of their own."""
        kind = ("-sweep" if self.sweep else "") + ("-sample" if self.sample else "")
        return self.output or RESULTS / f"{self.config.stem}{kind}"

    @property
    def command(self) -> str:
        """The shell line that repeats the experiment, and goes on with one that was interrupted."""
        words = ["atlas", *COMMAND.split(), str(self.config)]
        words += [word for path in self.sweep for word in ("--sweep", str(path))]
        words += ["--sample"] if self.sample else []
        words += ["--output", str(self.output)] if self.output else []
        return shlex.join(words)


@dataclass(frozen=True, slots=True)
class Variant:
    """One run config of an experiment, with the folder of its own run."""

    config: ExperimentConfig
    path: Path
    run_config: RunConfig
    folder: Path

    def identity(self, models: dict[str, str]) -> JsonObject:
        """All that decides what the sessions look like: a run goes on only where this is equal.

        `models` are the names of the models by role.
        """
        left_out = {"title", "run_config", "sweep", "concurrency", "dataset", "smallest_effect", "ngram"}
        experiment = self.config.model_dump(mode="json", exclude=left_out)
        return {
            "experiment": experiment,
            "config": self.run_config.model_dump(mode="json", exclude={"storage": {"database_url"}}),
            "models": models,
            "dataset": _bytes_of(dataset_revision(self.config.dataset)),
            "graders": crm_verifiers(None).versions,
        }


def variants(plan: ExperimentPlan, config: ExperimentConfig, settings: Settings) -> list[Variant]:
    """The run configs, each with its folder. Raises `ConfigError` for one that cannot be read."""
    made = []
    for path in config.run_configs:
        folder = plan.folder / path.stem if config.sweep else plan.folder
        made.append(Variant(config, path, settings.over(load_run_config(path)), folder))
    if len({variant.folder for variant in made}) < len(made):
        raise ConfigError("two run configs of the sweep have the same file name; rename one")
    return made


def claim(plan: ExperimentPlan, variant: Variant, run_id: RunId) -> None:
    """Say in a run config's folder which run it holds, and what was asked for. Raises `StorageError`."""
    sweep, output = [str(path) for path in plan.sweep], str(plan.output) if plan.output else None
    asked = _Asked(str(plan.config), sweep, plan.sample, output)
    names = Names(str(variant.config.dataset), str(variant.path))
    write_json(variant.folder / "run.json", _Owner(run_id, COMMAND, asked, names))


def planned(folder: Path) -> Planned:
    """What the experiment of a folder was asked for. Raises `ConfigError` when there is none."""
    path = folder / "run.json"
    try:
        owner = msgspec.json.decode(path.read_bytes(), type=_Owner)
    except FileNotFoundError as error:
        raise ConfigError(
            f"{folder} holds no experiment; `atlas experiment run CONFIG --output {folder}`"
        ) from error
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(f"{path} does not say which experiment this is: {error}") from error
    asked = owner.plan
    plan = ExperimentPlan(
        Path(asked.config),
        tuple(map(Path, asked.sweep)),
        asked.sample,
        Path(asked.output) if asked.output else None,
    )
    return Planned(plan, RunId(owner.run_id), owner.names)


def _bytes_of(revision: str) -> str:
    """The part of a dataset's revision that tells its bytes, whatever else was committed since."""
    return next(part for part in revision.split("+") if part.startswith("sha256:"))
