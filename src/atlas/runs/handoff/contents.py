"""The contents of a bundle: what goes in for a run of each command, and how an offline one is played again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from atlas.config_file import written
from atlas.core.json import JsonObject, from_json
from atlas.core.playbook import LearningKey
from atlas.core.session import RunId
from atlas.errors import ConfigError
from atlas.export.artifacts import write_json, write_text
from atlas.reports.evaluation.evaluation import Conditions
from atlas.runs.evaluation import COMMAND as EVALUATION
from atlas.runs.handoff.manifest import FIGURES, Figure, Replay
from atlas.runs.stored_evaluation import dataset_of
from atlas.storage.runs import RunRecord

REPLAYS = "replays"


@dataclass(frozen=True, slots=True)
class Source:
    """A run to be bundled, and the folder of its artifacts where one was named."""

    record: RunRecord
    folder: Path | None

    @property
    def run_id(self) -> RunId:
        return self.record.run_id


def put_inputs(bundle: Path, source: Source, datasets: Sequence[Path]) -> Replay | str:
    """Put the run's config, dataset and artifacts into the bundle; how to play it again, or why that cannot be.

    Raises `ConfigError` for a dataset that is not there as it was played.
    """
    record, target = source.record, bundle / "artifacts" / source.run_id
    write_json(bundle / "configs" / f"{source.run_id}.json", record.config)
    if source.folder is not None:
        shutil.copytree(source.folder, target)
    if record.command == EVALUATION:
        return _evaluation(bundle, record, datasets)
    if record.command == "quickstart":
        plan = record.config["plan"]
        return _replay(record, "quickstart", "--output-dir", plan, ("seed", "train", "heldout"))
    if record.command == "run":
        return _task_file(bundle, source)
    return f"`atlas {record.command}` is not played again; its sessions are in the snapshot"


def figures(sources: Sequence[Source], keys: Sequence[LearningKey], datasets: Sequence[str]) -> tuple[Figure, ...]:
    """The commands that make the figures of these runs, whose playbooks are `keys`."""
    statuses = [word for status in ("pending", "approved") for word in ("--include-status", status)]
    sessions = ("export", "--output", f"{FIGURES}/sessions/sessions.jsonl", *statuses)
    made = [Figure("sessions", (*sessions, "--trajectory-event-limit", "1000000"))]
    evaluated = [source.run_id for source in sources if source.record.command == EVALUATION]
    if evaluated:
        given = [word for path in datasets for word in ("--dataset", path)]
        made.append(Figure("crm", ("crm", "report", *evaluated, *given, "--output", f"{FIGURES}/crm")))
    if keys:
        named = [word for key in keys for word in ("--learning-key", key)]
        made.append(Figure("learning", ("report", "learning", *named, "--output-dir", f"{FIGURES}/learning")))
    for key in keys:
        path = f"{FIGURES}/playbooks/{file_name(key)}.yaml"
        made.append(Figure(f"playbook {key}", ("playbook", "export", key, "--output", path)))
    return tuple(made)


def file_name(text: str) -> str:
    """A file name made of a text; a digest of all of it keeps two texts of one beginning apart."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:48]
    return f"{words}-{sha256(text.encode()).hexdigest()[:8]}"


def _evaluation(bundle: Path, record: RunRecord, datasets: Sequence[Path]) -> Replay | str:
    given = from_json(Conditions, record.config)
    source = dataset_of(record.run_id, given, datasets)
    name = put_dataset(bundle, source)
    plays, judge = record.config.get("plays"), given.judge_model
    if judge is not None or not (plays is None or str(plays).startswith("offline/")):
        return f"a real model played or judged it ({judge or plays}); its stored sessions are taken as they are"
    options = {**record.config, "dataset": name}
    named = ("dataset", "split", "agent", "model", "backend", "sample", "seed", "trials", "temperature")
    return _replay(record, EVALUATION, "--output", options, named)


def put_dataset(bundle: Path, source: Path) -> str:
    """Copy a dataset with the data card beside it; its path within the bundle."""
    folder = bundle / "datasets"
    folder.mkdir(exist_ok=True)
    name = source.name
    if (folder / name).exists() and (folder / name).read_bytes() != source.read_bytes():
        name = f"{sha256(source.read_bytes()).hexdigest()[:8]}-{name}"
    shutil.copyfile(source, folder / name)
    if (card := source.parent / "README.md").is_file():
        shutil.copyfile(card, folder / "DATA_CARD.md")
    return f"datasets/{name}"


def _task_file(bundle: Path, source: Source) -> Replay | str:
    config, artifacts = source.record.config, f"artifacts/{source.run_id}"
    models = config.get("models")
    if not isinstance(models, dict) or "config" not in config:
        return "it played a discovered project, which is not in the bundle"
    if real := sorted(str(name) for name in models.values() if not str(name).startswith("offline/")):
        return f"real models played it ({', '.join(real)}); its stored sessions are taken as they are"
    if not (bundle / artifacts / "tasks.jsonl").is_file():
        return "its task file is not in the bundle; name the run by its folder"
    path = f"configs/{source.run_id}.yaml"
    write_text(bundle / path, written(config["config"]))
    options: JsonObject = {
        "config": path,
        "task_file": f"{artifacts}/tasks.jsonl",
        "learning_key": config.get("learning_key"),
    }
    return _replay(source.record, "run", "--output-dir", options, tuple(options))


def _replay(record: RunRecord, command: str, output: str, options: JsonObject, named: Sequence[str]) -> Replay:
    given = {f"--{name.replace('_', '-')}": options.get(name) for name in named}
    flags = [word for flag, value in given.items() if value is not None for word in (flag, str(value))]
    return Replay((*command.split(), *flags, output, f"{REPLAYS}/{record.run_id}"))


def require_whole(source: Source) -> None:
    """Raises `ConfigError` for a run that has not ended well."""
    if source.record.status != "succeeded":
        raise ConfigError(
            f"run {source.run_id} is {source.record.status}; complete it first (--resume): its figures must stand"
        )
