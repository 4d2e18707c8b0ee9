"""An experiment in a bundle: its config as one that is played from there, and the command that makes its report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from atlas.config_file import written
from atlas.datasets.loader import dataset_revision
from atlas.errors import ConfigError
from atlas.export.artifacts import write_text
from atlas.reports.evaluation.comparability import content
from atlas.runs.experiment.plan import planned
from atlas.runs.handoff.datasets import put_dataset
from atlas.runs.handoff.manifest import FIGURES, Figure, Replay, checksums, digest
from atlas.runs.handoff.source import Source, real_models

_FIGURES = "experiments"


def put_experiment(bundle: Path, source: Source, datasets: Sequence[Path]) -> Replay | str:
    """Put config, run config and dataset into the bundle; how to play it again, or why that cannot be.

    Raises `ConfigError` where the folder was not named, or a file is not there as it was played.
    """
    if source.folder is None:
        raise ConfigError(
            f"run {source.run_id} is an experiment; name it by its folder, which says what its report shows"
        )
    stored, asked = source.record.config, planned(source.folder).plan.loaded()
    dataset = _dataset(source, [*datasets, asked.dataset])
    run_config = f"configs/{source.run_id}.yaml"
    write_text(bundle / run_config, written(stored["config"]))
    # What was played stands in the record; of the rest, which only the report shows, the newest word counts.
    settings = {**asked.model_dump(mode="json", exclude={"sweep"}), **stored["experiment"]}
    settings |= {"run_config": run_config, "dataset": put_dataset(bundle, dataset)}
    write_text(bundle / _config(source), yaml.safe_dump(settings, sort_keys=False))
    return real_models(stored["models"]) or source.replay("experiment", "run", _config(source), output="--output")


def experiment_figure(source: Source) -> Figure:
    """The report: tables, curve, certificate, plots and page."""
    arguments = ("experiment", "report", source.artifacts, "--config", _config(source))
    return Figure(f"experiment {source.run_id}", (*arguments, "--output", f"{FIGURES}/{_FIGURES}/{source.run_id}"))


def require_reports_of_today(bundle: Path) -> None:
    """Raises `ConfigError` where the report in an experiment's folder is not the one that the store gives."""
    for path, sha256 in checksums(bundle / FIGURES / _FIGURES).items():
        shown = bundle / "artifacts" / path
        if not shown.is_file() or digest(shown) != sha256:
            run_id, _, name = path.partition("/")
            raise ConfigError(
                f"run {run_id}: {name} in its folder is not what its sessions give today; "
                "`atlas experiment report FOLDER` writes the report anew"
            )


def _config(source: Source) -> str:
    return f"configs/{source.run_id}.experiment.yaml"


def _dataset(source: Source, places: Sequence[Path]) -> Path:
    """The first of the files that has the content that was played."""
    wanted = source.record.config["dataset"]
    for path in places:
        if path.is_file() and content(dataset_revision(path)) == wanted:
            return path
    raise ConfigError(
        f"run {source.run_id} was played from conversations with content {wanted}, and "
        f"{', '.join(map(str, places))} is not that; name the file as it was then with --dataset"
    )
