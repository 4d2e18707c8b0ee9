"""The inputs of a bundle: what goes in for a run of each command, and how an offline one is played again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from atlas.core.json import from_json
from atlas.export.artifacts import write_json
from atlas.reports.evaluation.evaluation import Conditions
from atlas.runs.evaluation import COMMAND as EVALUATION
from atlas.runs.experiment.plan import COMMAND as EXPERIMENT
from atlas.runs.gaia_evaluation import COMMAND as GAIA
from atlas.runs.handoff.datasets import put_dataset
from atlas.runs.handoff.experiments import put_experiment
from atlas.runs.handoff.manifest import Replay
from atlas.runs.handoff.rollout_config import RolloutSource, put_rollout_config
from atlas.runs.handoff.source import REPLAYS, Source, flags
from atlas.runs.handoff.task_runs import put_run
from atlas.runs.rollout.evaluate import COMMAND as ROLLOUTS
from atlas.runs.stored_evaluation import dataset_of

_EVALUATED = ("split", "agent", "model", "backend", "sample", "seed", "trials", "temperature")


def put_inputs(bundle: Path, source: Source, datasets: Sequence[Path]) -> Replay | str:
    """Put the run's config, dataset and artifacts into the bundle; how to play it again, or why that cannot be.

    Raises `ConfigError` for a dataset that is not there as it was played.
    """
    record = source.record
    write_json(bundle / "configs" / f"{source.run_id}.json", record.config)
    if source.folder is not None:
        shutil.copytree(source.folder, bundle / source.artifacts)
    if put := _BY_COMMAND.get(record.command):
        return put(bundle, source, datasets)
    return f"`atlas {record.command}` is not played again; its sessions are in the snapshot"


def _evaluation(bundle: Path, source: Source, datasets: Sequence[Path]) -> Replay | str:
    record = source.record
    given = from_json(Conditions, record.config)
    files = [path for path in datasets if not path.is_dir()]
    name = put_dataset(bundle, dataset_of(record.run_id, given, files))
    plays, judge = record.config.get("plays"), given.judge_model
    if judge is not None or not (plays is None or str(plays).startswith("offline/")):
        return f"a real model played or judged it ({judge or plays}); its stored sessions are taken as they are"
    options = {"dataset": name} | {key: record.config.get(key) for key in _EVALUATED}
    return source.replay(*EVALUATION.split(), *flags(options), output="--output")


def _quickstart(bundle: Path, source: Source, datasets: Sequence[Path]) -> Replay:
    plan = source.record.config["plan"]
    options = {key: plan.get(key) for key in ("seed", "train", "heldout", "acceptance")}
    return source.replay("quickstart", *flags(options), output="--output-dir")


def _rollouts(bundle: Path, source: Source, datasets: Sequence[Path]) -> Replay | str:
    target = f"{REPLAYS}/{source.run_id}"
    given = RolloutSource(source.run_id, source.record.config, source.tasks, "--env.data_dir_to_save_evals", target)
    return put_rollout_config(bundle, given, datasets)


_BY_COMMAND = {
    EVALUATION: _evaluation,
    EXPERIMENT: put_experiment,
    ROLLOUTS: _rollouts,
    GAIA: _rollouts,
    "quickstart": _quickstart,
    "run": put_run,
}
