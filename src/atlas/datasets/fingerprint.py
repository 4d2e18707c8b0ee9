"""The fingerprint of a task: how it is told from tasks that it must share nothing with."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.core.json import JsonObject
from atlas.core.tasks import Task
from atlas.core.trial import Fingerprint
from atlas.datasets.audit.masking import GAP, masked
from atlas.datasets.audit.subject import ENUM_COLUMNS, leaves


def fingerprint(task: Task) -> Fingerprint:
    """Its requests with all that belongs to its world masked, and the ids of its world's records.

    A task file names a conversation anew in every run, so the task goes by the seed of its world, which it keeps.
    """
    names = {text for row in _rows(task) for text in _texts(row) if len(text) > 1}
    texts = (masked(turn, names) for turn in task.brief.turns)
    return Fingerprint(
        task.setup.seed or task.task_id,
        tuple(dict.fromkeys(text for text in texts if text.strip(f"{GAP} .?!"))),
        tuple(sorted(_records(task.setup.content))),
    )


def _rows(task: Task) -> Iterator[JsonObject]:
    for table in task.setup.content.values():
        if isinstance(table, dict):
            yield from (row for row in table.values() if isinstance(row, dict))
    yield from (call.arguments for turn in task.target.turns for call in turn.calls)


def _records(content: JsonObject) -> set[str]:
    return {str(record) for table in content.values() if isinstance(table, dict) for record in table}


def _texts(row: JsonObject) -> Iterator[str]:
    return (
        value
        for key, value in leaves(row)
        if isinstance(value, str) and key not in ENUM_COLUMNS and not key.endswith("_id")
    )
