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
from atlas.errors import ConfigError
from atlas.export.artifacts import write_json, write_text
from atlas.export.schema import session_schema
from atlas.runs.handoff.experiments import require_reports_of_today
from atlas.runs.handoff.figures import figures
from atlas.runs.handoff.inputs import put_inputs
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
from atlas.runs.handoff.regenerate import regenerate, restored
from atlas.runs.handoff.rollouts import is_rollout, page_figure, put_rollout, read_rollout
from atlas.runs.handoff.source import Source
from atlas.runs.handoff.stored import playbooks_of, source_of
from atlas.settings import Settings
from atlas.storage.store import open_store
from atlas.storage.transfer import dump_runs
from atlas.telemetry.redaction import Redactor


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What `atlas handoff build` was asked for.

    `runs` are ids or folders of runs, and files of groups; `datasets` where data is now that has moved.
    """

    runs: tuple[str, ...]
    datasets: tuple[Path, ...]
    output: Path


async def build(plan: BuildPlan, settings: Settings) -> None:
    """Write the bundle, whole or not at all, its figures made from nothing but what is in it.

    Raises `ConfigError` for runs that are unknown, unfinished or quarantined, a dataset that is not there, and an
    output that is; `AtlasError` when a figure cannot be made, `StorageError` when the database or the disk fails.
    """
    target = plan.output.absolute()
    if target.exists():
        raise ConfigError(f"--output {plan.output} exists already; name a new folder, a bundle is never changed")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as scratch:
        bundle = Path(scratch) / "bundle"
        bundle.mkdir()
        manifest = await _gather(plan, settings, bundle)
        async with restored(bundle, Path(scratch) / "work", manifest, dict(settings.environ)) as (place, _):
            shutil.move(await regenerate(place, manifest), bundle / FIGURES)
        require_reports_of_today(bundle)
        write_text(bundle / "README.md", readme(manifest))
        whole = replace(manifest, files=checksums(bundle))
        write_manifest(bundle, whole)
        bundle.rename(target)
    rollouts = f"{len(whole.rollouts)} rollouts, " if whole.rollouts else ""
    held = f"{len(whole.runs)} runs, {rollouts}{len(whole.figures)} figures, {len(whole.files)} files"
    typer.echo(f"{plan.output}: {held}")
    typer.echo(f"Check it anywhere: atlas handoff verify {plan.output}")


async def _gather(plan: BuildPlan, settings: Settings, bundle: Path) -> Manifest:
    redactor = Redactor(settings.secrets())
    named = [Path(run) for run in plan.runs if is_rollout(run)]
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(databases(settings))
        store = await stack.enter_async_context(open_store(addresses.atlas_url))
        sources = [await source_of(store, run) for run in plan.runs if not is_rollout(run)]
        ids = [source.run_id for source in sources]
        if twice := sorted({run for run in ids if ids.count(run) > 1}):
            raise ConfigError(f"run {twice[0]} is named twice; name each run once")
        alone = [replace(source, before=source.before.difference(ids)) for source in sources]
        runs = tuple(_bundled(bundle, source, plan.datasets) for source in alone)
        await dump_runs(store.database, ids, bundle / SNAPSHOT, redactor.text)
        keys = await playbooks_of(store, ids)
        server = await store.database.ping()
    rollouts = tuple(put_rollout(bundle, each, plan.datasets) for each in map(read_rollout, named))
    write_json(bundle / "telemetry" / "session.schema.json", session_schema())
    datasets = sorted(path.relative_to(bundle).as_posix() for path in (bundle / "datasets").glob("*.jsonl"))
    made = (*figures(sources, keys, datasets), *map(page_figure, rollouts))
    dated = max((source.ended for source in sources), default=0)
    return Manifest(runs, made, versions(server), dated, {}, rollouts)


def _bundled(bundle: Path, source: Source, datasets: Sequence[Path]) -> BundledRun:
    """The run as the manifest lists it, its inputs being put into the bundle."""
    how = put_inputs(bundle, source, datasets)
    replay, reason = (how, "") if isinstance(how, Replay) else (None, how)
    return BundledRun(source.run_id, source.record.command, source.simulated, source.sessions, replay, reason)
