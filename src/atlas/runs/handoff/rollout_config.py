"""The config of a rollout in a bundle: its data as it lies there, and the command line that plays it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from atlas.core.json import JsonObject
from atlas.datasets.loader import dataset_revision
from atlas.errors import ConfigError
from atlas.export.artifacts import write_text
from atlas.reports.evaluation.comparability import content
from atlas.runs.handoff.datasets import gaia_of, put_dataset, put_gaia
from atlas.runs.handoff.manifest import Replay
from atlas.runs.rollout.benchmarks import MINI

_BLOCKS = ("openai", "scoring", "judge", "seed")


@dataclass(frozen=True, slots=True)
class RolloutSource:
    """What is to be played again: `config` is what it was begun under, `steps` how far it was played.

    `name` is what it is called in the bundle; `output` the flag that says where it goes, and `target` that place.
    """

    name: str
    config: JsonObject
    steps: int
    output: str
    target: str


def put_rollout_config(bundle: Path, source: RolloutSource, datasets: Sequence[Path]) -> Replay | str:
    """Put config and data into the bundle; how to play it again, or why that cannot be.

    Raises `ConfigError` for data that is not there as it was played.
    """
    config, env = source.config, dict(source.config["env"])
    if "environment" not in config:
        return "it was begun by an Atlas that did not note the environment; what is stored is taken as it is"
    environment = str(config["environment"])
    models = {str(config[key]) for key in ("plays", "judges_reasoning") if key in config}
    if real := sorted(name for name in models if not name.startswith("offline/")):
        return f"a real model played or judged it ({', '.join(real)}); what is stored is taken as it is"
    if ":" in environment:
        return f"the environment {environment} is code that is not in the bundle; what is stored is taken as it is"
    if env["tokenizer_name"] not in (None, "bytes"):
        return f"the tokenizer {env['tokenizer_name']} is not in the bundle; what is stored is taken as it is"
    env["dataset_path"] = _put_data(bundle, source, datasets)
    blocks = {**{key: config[key] for key in _BLOCKS if key in config}, "env": env}
    path = f"configs/{source.name}.rollout.yaml"
    write_text(bundle / path, yaml.safe_dump(_given(blocks), sort_keys=False))
    played = (*str(config["command"]).split(), environment, "--config", path, "--offline")
    return Replay((*played, "--env.total_steps", str(source.steps), source.output, source.target))


def _put_data(bundle: Path, source: RolloutSource, datasets: Sequence[Path]) -> str | None:
    """What was played, within the bundle; None where it is generated from the seed."""
    env, revision = source.config["env"], str(source.config["dataset_revision"])
    if revision.startswith("generated:"):
        return None
    places = [*datasets, Path(env["dataset_path"]) if env["dataset_path"] else MINI]
    if source.config["environment"] == "smolagents":
        layout = gaia_of(revision, env["split"] or "validation", [path for path in places if path.is_dir()])
        if layout is not None:
            return put_gaia(bundle, layout, revision)
    else:
        for path in places:
            if path.is_file() and content(dataset_revision(path)) == content(revision):
                return put_dataset(bundle, path)
    raise ConfigError(
        f"{source.name} was played from data with content {content(revision)}, and "
        f"{', '.join(map(str, places))} is not that; name it as it was then with --dataset"
    )


def _given(value: Any) -> Any:
    """The settings that say something: in a file, null is no value of a flag."""
    if not isinstance(value, dict):
        return value
    given = {key: _given(item) for key, item in value.items()}
    return {key: item for key, item in given.items() if item not in (None, {})}
