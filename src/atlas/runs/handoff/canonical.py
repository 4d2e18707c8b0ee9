"""The canonical form of what is played again: its bytes without times, run id, and where its dataset lay."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from pathlib import Path

from atlas.core.json import JsonValue, dumps, loads_object
from atlas.core.session import RunId, Session
from atlas.export.record import Exported, session_record
from atlas.reports.evaluation.comparability import content

_TIMES = re.compile(r"(_at|duration_s|timestamp)$")


def canonical(session: Session, run_id: RunId) -> str:
    """One line of JSON: equal for the same session of two equal offline runs."""
    record = loads_object(dumps(session_record(Exported(session, ""))))
    return dumps(_timeless(record, lambda text: text.replace(run_id, "RUN")))


async def by_slot(sessions: AsyncIterator[Session], run_id: RunId) -> dict[str, str]:
    """Arm, task and trial -> SHA-256 of the canonical form: the forms of a large run would not fit in memory."""
    return {_slot(one, run_id): _digest(canonical(one, run_id)) async for one in sessions}


def by_group(groups: Path) -> dict[str, str]:
    """Number of the line -> SHA-256 of the group in it, without durations: equal for equal offline rollouts."""
    with groups.open("rb") as file:
        rows = (loads_object(line) for line in file)
        return {
            f"group {number}": _digest(dumps(_timeless(row, lambda text: text)))
            for number, row in enumerate(rows, 1)
        }


def _slot(session: Session, run_id: RunId) -> str:
    slot = session.slot
    return f"{slot.arm}/{slot.task_id.replace(run_id, 'RUN')}/{slot.trial}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _timeless(value: JsonValue, named: Callable[[str], str]) -> JsonValue:
    """The value without times, its texts and keys `named` the same in every run."""
    if isinstance(value, dict):
        return {
            named(key): content(str(item)) if key == "dataset_revision" else _timeless(item, named)
            for key, item in value.items()
            if not _TIMES.search(key)
        }
    if isinstance(value, list):
        return [_timeless(item, named) for item in value]
    return named(value) if isinstance(value, str) else value
