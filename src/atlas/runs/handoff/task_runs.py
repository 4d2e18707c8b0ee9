"""A run of `atlas run` in a bundle: a task file, the questions of GAIA, or a project of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from atlas.config_file import written
from atlas.core.json import JsonObject
from atlas.environments.gaia.config import GaiaConfig
from atlas.errors import ConfigError
from atlas.export.artifacts import write_text
from atlas.runs.handoff.datasets import gaia_of, put_dataset, put_file, put_gaia
from atlas.runs.handoff.manifest import Replay
from atlas.runs.handoff.source import Source, flags, real_models


def put_run(bundle: Path, source: Source, datasets: Sequence[Path]) -> Replay | str:
    """Put the run's config and data into the bundle; how to play it again, or why that cannot be.

    Raises `ConfigError` for questions that are not there as they were played.
    """
    stored = source.record.config
    if "project" in stored:
        return _not_ours(stored)
    config: JsonObject = stored["config"]
    if reason := real_models(stored["models"]) or _in_company(source):
        return reason
    asked = {"limit": source.tasks, "learning_key": stored["learning_key"]}
    if config["environment"] == "gaia":
        changed = {"gaia": _gaia(bundle, source, datasets)}
    elif (bundle / source.artifacts / "tasks.jsonl").is_file():
        changed = {"learning": _learning(bundle, config["learning"])}
        asked["task_file"] = f"{source.artifacts}/tasks.jsonl"
    else:
        return "its task file is not in the bundle; name the run by its folder"
    path = f"configs/{source.run_id}.yaml"
    write_text(bundle / path, written({**config, **changed}))
    return source.replay("run", *flags({"config": path, **asked}), output="--output-dir")


def _not_ours(stored: JsonObject) -> str:
    """Why a project's run is not played again: whoever verifies would run code that nobody showed them."""
    environment, name = stored["environment"], Path(stored["project"]).name
    return (
        f"the environment {environment['module']}:{environment['qualname']} is code of the project {name}, which "
        "is not in the bundle; its stored sessions are taken as they are"
    )


def _in_company(source: Source) -> str:
    """Why a run is not played again that shared its playbooks; '' where what it began with is in the bundle."""
    stored = "its stored sessions are taken as they are"
    if source.meanwhile:
        others = ", ".join(sorted(source.meanwhile))
        return f"run {others} read or filled its playbook at the same time, which nobody can do again; {stored}"
    if source.before:
        others = ", ".join(sorted(source.before))
        return f"it went on with what run {others} had left, which is not in the bundle (name it too); {stored}"
    return ""


def _learning(bundle: Path, stored: JsonObject) -> JsonObject:
    """Block `learning`, the conversations that versions are tried on lying in the bundle."""
    validation = stored["validation"]
    if stored["acceptance"] != "validated":
        return stored
    return {**stored, "validation": {**validation, "dataset": put_dataset(bundle, Path(validation["dataset"]))}}


def _gaia(bundle: Path, source: Source, datasets: Sequence[Path]) -> JsonObject:
    """Block `gaia`, its files lying in the bundle. The web is as it was recorded, if it was."""
    block: JsonObject = source.record.config["config"]["gaia"]
    config, revision = GaiaConfig.model_validate(block), str(source.record.config["dataset_revision"])
    places = [*filter(Path.is_dir, datasets), config.dataset]
    layout = gaia_of(revision, config.split, places)
    if layout is None:
        raise ConfigError(
            f"run {source.run_id} was played from questions with content {revision}, and "
            f"{', '.join(map(str, places))} is not that; name the folder as it was then with --dataset"
        )
    cassette = config.web.cassette
    tape = put_file(bundle, cassette) if cassette and cassette.is_file() else None
    return {**block, "dataset": put_gaia(bundle, layout, revision), "web": {"cassette": tape, "record": False}}
