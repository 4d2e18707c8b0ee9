"""Runs as the store knows them before they are bundled: whether they are whole, and which playbooks they have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from atlas.core.playbook import LearningKey
from atlas.core.session import RunId
from atlas.errors import ConfigError
from atlas.runs.handoff.source import Source
from atlas.runs.stored_evaluation import named_run
from atlas.storage.store import Store

_COUNTS = """
SELECT count(*), count(DISTINCT task_id) FILTER (WHERE NOT starts_with(arm, 'validation/')),
    coalesce(bool_or(simulated), false), count(*) FILTER (WHERE review_status = 'quarantined'),
    coalesce(floor(extract(epoch FROM max(completed_at))), 0)::bigint
FROM sessions WHERE run_id = %s
"""
# A playbook that was filled when the run began, or that another run read or filled before it ended.
_TAUGHT = """
SELECT learning_key FROM (
    SELECT learning_key, (array_agg(playbook_version ORDER BY id))[1] AS first, max(id) AS last
    FROM sessions WHERE run_id = %(run)s AND arm = 'run' GROUP BY 1
) AS mine
WHERE first > 0 OR EXISTS (
    SELECT FROM sessions AS other
    WHERE other.learning_key = mine.learning_key AND other.run_id <> %(run)s AND other.id < mine.last
) ORDER BY 1
"""
_KEYS = """
SELECT DISTINCT learning_key FROM sessions JOIN learning_registry USING (learning_key)
WHERE run_id = ANY(%s) ORDER BY 1
"""


async def source_of(store: Store, run: str) -> Source:
    """The run that an id or a folder names.

    Raises `ConfigError` for one that is unknown, has not ended well, has no session, or has quarantined ones.
    """
    run_id = _named(run)
    record = await store.runs.load(run_id)
    if record is None:
        raise ConfigError(f"this store does not know run {run_id}; set STORAGE__DATABASE_URL to the one that does")
    if record.status != "succeeded":
        raise ConfigError(f"run {run_id} is {record.status}; complete it first (--resume): its figures must stand")
    async with store.database.connection() as connection:
        row = await (await connection.execute(_COUNTS, [run_id])).fetchone()
        taught = await (await connection.execute(_TAUGHT, {"run": run_id})).fetchall()
    sessions, tasks, simulated, quarantined, ended = row or (0, 0, False, 0, 0)
    if not sessions:
        raise ConfigError(f"run {run_id} has no session, so there is nothing to hand off")
    if quarantined:
        raise ConfigError(
            f"{quarantined} sessions of run {run_id} are quarantined, and a bundle leaves nothing out; "
            "`atlas review list --status quarantined` names them"
        )
    return Source(record, _folder(run), sessions, tasks, simulated, ended, tuple(key for (key,) in taught))


async def playbooks_of(store: Store, runs: Sequence[RunId]) -> list[LearningKey]:
    """The keys of these runs that have a playbook."""
    async with store.database.connection() as connection:
        rows = await (await connection.execute(_KEYS, [list(runs)])).fetchall()
    return [LearningKey(row[0]) for row in rows]


def _folder(run: str) -> Path | None:
    return Path(run) if Path(run).is_dir() else None


def _named(run: str) -> RunId:
    """Raises `ConfigError` for the folder of a sweep, each of whose runs has a folder in it."""
    if inner := sorted(str(path.parent) for path in Path(run).glob("*/run.json")):
        raise ConfigError(f"{run} holds several runs; name those that are to be handed off: {' '.join(inner)}")
    return named_run(run)
