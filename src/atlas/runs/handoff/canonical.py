"""The canonical form of a session: its bytes without times, run id, and where its dataset lay."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from hashlib import sha256

from atlas.core.json import JsonValue, dumps, loads_object
from atlas.core.session import RunId, Session
from atlas.export.record import Exported, session_record
from atlas.reports.evaluation.comparability import content

_TIMES = re.compile(r"(_at|duration_s|timestamp)$")


def canonical(session: Session, run_id: RunId) -> str:
    """One line of JSON: equal for the same session of two equal offline runs."""
    return dumps(_timeless(loads_object(dumps(session_record(Exported(session, "")))), run_id))


async def by_slot(sessions: AsyncIterator[Session], run_id: RunId) -> dict[str, str]:
    """Arm, task and trial -> SHA-256 of the canonical form: the forms of a large run would not fit in memory."""
    return {
        f"{one.slot.arm}/{one.slot.task_id.replace(run_id, 'RUN')}/{one.slot.trial}": sha256(
            canonical(one, run_id).encode()
        ).hexdigest()
        async for one in sessions
    }


def _timeless(value: JsonValue, run_id: RunId) -> JsonValue:
    if isinstance(value, dict):
        return {
            key.replace(run_id, "RUN"): content(str(item)) if key == "dataset_revision" else _timeless(item, run_id)
            for key, item in value.items()
            if not _TIMES.search(key)
        }
    if isinstance(value, list):
        return [_timeless(item, run_id) for item in value]
    return value.replace(run_id, "RUN") if isinstance(value, str) else value
