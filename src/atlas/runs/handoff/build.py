"""Building a bundle: everything that a reader needs to check the claims, gathered and proven once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from atlas.assembly import databases
from atlas.core.playbook import LearningKey
from atlas.core.session import RunId
from atlas.errors import ConfigError
from atlas.export.artifacts import write_json, write_text
from atlas.export.schema import session_schema
from atlas.runs.handoff.contents import Source, figures, put_inputs, require_whole
from atlas.runs.handoff.manifest import (
    FIGURES,
    SNAPSHOT,
    BundledRun,
    Manifest,
    Replay,
    checksums,
    versions,
    write_manifest,
)
from atlas.runs.handoff.readme import readme
from atlas.runs.handoff.regenerate import regenerate
from atlas.runs.stored_evaluation import named_run
from atlas.settings import Settings
from atlas.storage.store import Store, open_store
from atlas.storage.transfer import dump_runs
from atlas.telemetry.redaction import Redactor

_COUNTS = """
SELECT count(*), coalesce(bool_or(simulated), false), count(*) FILTER (WHERE review_status = 'quarantined'),
    coalesce(floor(extract(epoch FROM max(completed_at))), 0)::bigint
FROM sessions WHERE run_id = %s
"""
_KEYS = """
SELECT DISTINCT learning_key FROM sessions JOIN learning_registry USING (learning_key)
WHERE run_id = ANY(%s) ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What `atlas handoff build` was asked for: runs by id or folder, moved datasets, and where the bundle goes."""

    runs: tuple[str, ...]
    datasets: tuple[Path, ...]
    output: Path


async def build(plan: BuildPlan, settings: Settings) -> None:
    """Write the bundle, whole or not at all, its figures made from nothing but what is in it.

    Raises `ConfigError` for runs that are unknown, unfinished or quarantined, a dataset that is not there, and an
    output that is; `AtlasError` when a figure cannot be made, `StorageError` when the database or the disk fails.
    """
    if plan.output.exists():
        raise ConfigError(f"--output {plan.output} exists already; name a new folder, a bundle is never changed")
    plan.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=plan.output.parent, prefix=f".{plan.output.name}-") as scratch:
        bundle = Path(scratch) / "bundle"
        bundle.mkdir()
        manifest = await _gather(plan, settings, bundle)
        made = await regenerate(bundle, Path(scratch) / "work", manifest, dict(settings.environ))
        shutil.move(made, bundle / FIGURES)
        write_text(bundle / "README.md", readme(manifest))
        whole = replace(manifest, files=checksums(bundle))
        write_manifest(bundle, whole)
        bundle.rename(plan.output)
    typer.echo(f"{plan.output}: {len(whole.runs)} runs, {len(whole.figures)} figures, {len(whole.files)} files")
    typer.echo(f"Check it anywhere: atlas handoff verify {plan.output}")


async def _gather(plan: BuildPlan, settings: Settings, bundle: Path) -> Manifest:
    redactor = Redactor(settings.secrets())
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(databases(settings))
        store = await stack.enter_async_context(open_store(addresses.atlas_url))
        sources = [await _source(store, run) for run in plan.runs]
        ids = [source.run_id for source in sources]
        if twice := sorted({run for run in ids if ids.count(run) > 1}):
            raise ConfigError(f"run {twice[0]} is named twice; name each run once")
        bundled = [await _bundled(store, bundle, source, plan.datasets) for source in sources]
        runs, dated = [run for run, _ in bundled], max(ended for _, ended in bundled)
        await dump_runs(store.database, ids, bundle / SNAPSHOT, redactor.text)
        keys = await _keys(store, ids)
        server = await store.database.ping()
    write_json(bundle / "telemetry" / "session.schema.json", session_schema())
    datasets = sorted(path.relative_to(bundle).as_posix() for path in (bundle / "datasets").glob("*.jsonl"))
    return Manifest(tuple(runs), figures(sources, keys, datasets), versions(server), dated, {})


async def _source(store: Store, run: str) -> Source:
    run_id = named_run(run)
    record = await store.runs.load(run_id)
    if record is None:
        raise ConfigError(f"this store does not know run {run_id}; set STORAGE__DATABASE_URL to the one that does")
    source = Source(record, _folder(run))
    require_whole(source)
    return source


def _folder(run: str) -> Path | None:
    return Path(run) if Path(run).is_dir() else None


async def _bundled(store: Store, bundle: Path, source: Source, datasets: Sequence[Path]) -> tuple[BundledRun, int]:
    """The run as the manifest lists it, and when its last session ended."""
    async with store.database.connection() as connection:
        row = await (await connection.execute(_COUNTS, [source.run_id])).fetchone()
    count, simulated, quarantined, ended = row or (0, False, 0, 0)
    if not count:
        raise ConfigError(f"run {source.run_id} has no session, so there is nothing to hand off")
    if quarantined:
        raise ConfigError(
            f"{quarantined} sessions of run {source.run_id} are quarantined, and a bundle leaves nothing out; "
            "`atlas review list --status quarantined` names them"
        )
    how = put_inputs(bundle, source, datasets)
    replay, reason = (how, "") if isinstance(how, Replay) else (None, how)
    return BundledRun(source.run_id, source.record.command, simulated, count, replay, reason), ended


async def _keys(store: Store, runs: Sequence[RunId]) -> list[LearningKey]:
    async with store.database.connection() as connection:
        rows = await (await connection.execute(_KEYS, [list(runs)])).fetchall()
    return [LearningKey(row[0]) for row in rows]
