"""A stored evaluation: a run of `atlas crm eval`, read back from the store with its tasks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from atlas.core.json import from_json
from atlas.core.session import RunId
from atlas.core.tasks import Task
from atlas.datasets.loader import dataset_revision
from atlas.errors import ConfigError, DatasetError
from atlas.reports.evaluation.comparability import content
from atlas.reports.evaluation.evaluation import Conditions, Evaluation, labels
from atlas.reports.evaluation.lean import lean
from atlas.runs.conversations import load_tasks
from atlas.runs.evaluation import COMMAND
from atlas.storage.runs import RunRecord
from atlas.storage.store import Store

_NAMED_IN = ("run.json", "metrics.json")


class _Owner(msgspec.Struct):
    run_id: str


def named_run(run: str) -> RunId:
    """The run that `run` names: itself, or the one whose folder it is. Raises `ConfigError` for another folder."""
    folder = Path(run)
    if not folder.is_dir():
        return RunId(run)
    for path in (folder / name for name in _NAMED_IN):
        if path.is_file():
            try:
                return RunId(msgspec.json.decode(path.read_bytes(), type=_Owner).run_id)
            except (OSError, msgspec.MsgspecError) as error:
                raise ConfigError(f"{path} does not name the run it belongs to: {error}") from error
    raise ConfigError(
        f"{folder} holds neither {' nor '.join(_NAMED_IN)}; name a folder that `atlas {COMMAND} --output` wrote, "
        "or a run id"
    )


async def stored_evaluations(store: Store, run_ids: Sequence[RunId], datasets: Sequence[Path]) -> list[Evaluation]:
    """The runs, in order, each with a label of its own; `datasets` are files to look for their tasks in first.

    Raises `ConfigError` for a run that is unknown, empty, of another command, or whose dataset is not there as it
    was.
    """
    records = [await _record(store, run_id) for run_id in run_ids]
    given = [_conditions(record) for record in records]
    names = labels(list(zip(run_ids, given, strict=True)))
    files = [
        dataset_of(record.run_id, conditions, datasets) for record, conditions in zip(records, given, strict=True)
    ]
    # Runs of one file share its tasks: they are most of what a report keeps in memory.
    tasks = {path: (await load_tasks(path)).tasks for path in dict.fromkeys(files)}
    return [
        await _evaluation(store, label, record, conditions, path, tasks[path])
        for label, record, conditions, path in zip(names, records, given, files, strict=True)
    ]


async def _record(store: Store, run_id: RunId) -> RunRecord:
    record = await store.runs.load(run_id)
    if record is None:
        raise ConfigError(
            f"this store does not know run {run_id}, and a report reads the sessions from the store; "
            "set STORAGE__DATABASE_URL to the store it was played with (`atlas db status` shows the one in use)"
        )
    if record.command != COMMAND:
        raise ConfigError(f"run {run_id} was begun by `atlas {record.command}`; this reports `atlas {COMMAND}`")
    return record


def _conditions(record: RunRecord) -> Conditions:
    try:
        return from_json(Conditions, record.config)
    except ValueError as error:
        raise ConfigError(f"run {record.run_id} was stored in a form this Atlas cannot read: {error}") from error


async def _evaluation(
    store: Store, label: str, record: RunRecord, given: Conditions, path: Path, tasks: Sequence[Task]
) -> Evaluation:
    sessions = [lean(session) async for session in store.sessions.of_run(record.run_id)]
    if not sessions:
        raise ConfigError(f"run {record.run_id} has no finished session yet, so there is nothing to report")
    try:
        return Evaluation.of(label, record.run_id, record.status, given, sessions, tasks)
    except ValueError as error:
        raise DatasetError(str(error), path=path) from error


def dataset_of(run_id: RunId, given: Conditions, datasets: Sequence[Path]) -> Path:
    """The file that the run was played from: the first of `datasets` and the recorded path that has its content.

    Raises `DatasetError` when one of `datasets` is no file, `ConfigError` when none has the content.
    """
    recorded, wanted = Path(given.dataset), content(given.dataset_revision)
    found = [*datasets, *([recorded] if recorded.is_file() else [])]
    for path in found:
        if content(dataset_revision(path)) == wanted:
            return path
    where = f"{', '.join(map(str, found))} is another" if found else "it is not there any more"
    raise ConfigError(
        f"run {run_id} was played from {given.dataset or 'a dataset'} with content {wanted}, and {where}; "
        "name the file as it was then with --dataset"
    )
