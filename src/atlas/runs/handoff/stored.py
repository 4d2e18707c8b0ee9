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
# Of each playbook of a run: the version read first, and who else read or filled it before the run and during it.
_COMPANY = """
WITH mine AS (
    SELECT learning_key, (array_agg(playbook_version ORDER BY id))[1] AS version, min(id) AS first, max(id) AS last
    FROM sessions WHERE run_id = %(run)s AND NOT starts_with(arm, 'validation/') GROUP BY 1
), begun AS (
    SELECT min(first) AS at FROM mine
)
SELECT mine.version, coalesce(array_agg(DISTINCT other.run_id) FILTER (WHERE other.id < begun.at), '{}'),
    coalesce(array_agg(DISTINCT other.run_id) FILTER (WHERE other.id > begun.at AND other.id < mine.last), '{}')
FROM begun CROSS JOIN mine LEFT JOIN sessions AS other
    ON other.learning_key = mine.learning_key AND other.run_id <> %(run)s
GROUP BY mine.learning_key, mine.version
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
        company = await (await connection.execute(_COMPANY, {"run": run_id})).fetchall()
    sessions, tasks, simulated, quarantined, ended = row or (0, 0, False, 0, 0)
    if not sessions:
        raise ConfigError(f"run {run_id} has no session, so there is nothing to hand off")
    if quarantined:
        raise ConfigError(
            f"{quarantined} sessions of run {run_id} are quarantined, and a bundle leaves nothing out; "
            "`atlas review list --status quarantined` names them"
        )
    return Source(
        record,
        _folder(run),
        sessions,
        tasks,
        simulated,
        ended,
        follows=any(version > 0 or before for version, before, _ in company),
        before=frozenset(RunId(other) for _, before, _ in company for other in before),
        meanwhile=frozenset(RunId(other) for _, _, meanwhile in company for other in meanwhile),
    )


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
