"""Rollouts in a bundle: files of groups with the notes of their run, their data, and how they are played again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from atlas.core.json import JsonObject
from atlas.errors import ConfigError
from atlas.rollouts.group_file import read_groups
from atlas.rollouts.journal import notes_path, open_journal
from atlas.runs.handoff.manifest import FIGURES, BundledRollout, Figure, Replay
from atlas.runs.handoff.rollout_config import RolloutSource, put_rollout_config
from atlas.runs.handoff.source import REPLAYS

FOLDER = "rollouts"


@dataclass(frozen=True, slots=True)
class Rollout:
    """A file of groups that `atlas rollout process` wrote.

    `config` is what it was begun under; `steps` how many groups were played, `groups` how many of them were kept.
    """

    path: Path
    config: JsonObject
    steps: int
    groups: int
    simulated: bool


def is_rollout(run: str) -> bool:
    """Whether what was named is a file of groups, and no run."""
    return run.endswith(".jsonl")


def read_rollout(path: Path) -> Rollout:
    """The rollout of a file of groups. Raises `ConfigError` for another file, and for one that is not complete.

    Only what `atlas rollout process` wrote is taken: `serve` plays for a trainer, who decides what comes next.
    """
    if not (path.is_file() and notes_path(path).is_file()):
        raise ConfigError(
            f"{path} is no file of groups with its {notes_path(path).name} beside it, as `atlas rollout process` "
            "writes them"
        )
    with open_journal(path) as journal:
        config, handled = journal.read(), journal.handled
    if config is None or config["command"] != "rollout process" or "environment" not in config:
        raise ConfigError(f"{path} was not written by `atlas rollout process` of today, or holds no group yet")
    if handled != frozenset(range(len(handled))):
        raise ConfigError(f"{path} lacks groups that were begun; complete it first (--resume)")
    simulated = [group.simulated for group in read_groups(path)]
    return Rollout(path, config, len(handled), len(simulated), any(simulated))


def put_rollout(bundle: Path, rollout: Rollout, datasets: Sequence[Path]) -> BundledRollout:
    """Put groups, notes, config and data into the bundle. Raises `ConfigError` for data that is not as it was."""
    name = _free_name(bundle, rollout.path)
    groups = f"{FOLDER}/{name}/{rollout.path.name}"
    (bundle / groups).parent.mkdir(parents=True)
    shutil.copyfile(rollout.path, bundle / groups)
    shutil.copyfile(notes_path(rollout.path), notes_path(bundle / groups))
    target = f"{REPLAYS}/{name}/{rollout.path.name}"
    source = RolloutSource(name, rollout.config, rollout.steps, "--env.data_path_to_save_groups", target)
    how = put_rollout_config(bundle, source, datasets)
    replay, reason = (how, "") if isinstance(how, Replay) else (None, how)
    environment = str(rollout.config["environment"])
    return BundledRollout(name, groups, environment, rollout.simulated, rollout.groups, replay, reason)


def page_figure(rollout: BundledRollout) -> Figure:
    """The page to look at the groups with."""
    page = f"{FIGURES}/{FOLDER}/{rollout.name}.html"
    return Figure(f"rollout {rollout.name}", ("rollout", "view", rollout.groups_file, "--output", page))


def _free_name(bundle: Path, path: Path) -> str:
    taken = (bundle / FOLDER / path.stem).exists()
    return f"{path.stem}-{sha256(path.read_bytes()).hexdigest()[:8]}" if taken else path.stem
