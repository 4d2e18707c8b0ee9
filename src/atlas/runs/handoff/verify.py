"""Verifying a bundle: what was claimed, made again from the bundle alone and compared."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from atlas.core.session import RunId
from atlas.errors import AtlasError
from atlas.runs.handoff.canonical import by_slot
from atlas.runs.handoff.contents import REPLAYS
from atlas.runs.handoff.manifest import (
    FIGURES,
    SNAPSHOT,
    BundledRun,
    Manifest,
    checksums,
    read_manifest,
    versions,
)
from atlas.runs.handoff.regenerate import Workplace, regenerate
from atlas.runs.stored_evaluation import named_run
from atlas.settings import Settings
from atlas.storage.sessions import PostgresSessions

_SHOWN = 10


async def verify(bundle: Path, settings: Settings, *, replay: bool) -> None:
    """Print a line for each thing that was checked. `bundle` is an absolute path.

    Raises `ConfigError` for a folder that is no bundle, `AtlasError` naming what differs.
    """
    manifest = read_manifest(bundle)
    _compared("checksums", manifest.files, checksums(bundle))
    typer.echo(f"checksums: {len(manifest.files)} files are as the manifest lists them")
    for sentence in _other_versions(manifest):
        typer.echo(sentence)
    environ = dict(settings.environ)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = await regenerate(bundle, folder / "figures-anew", manifest, environ)
        _compared("figures made anew", _figures(manifest.files), checksums(made))
        names = ", ".join(figure.name for figure in manifest.figures)
        typer.echo(f"figures: {len(_figures(manifest.files))} files made anew, byte for byte ({names})")
        if not replay:
            typer.echo("runs: not played again (--no-replay)")
            return
        for run in manifest.runs:
            await _play_again(bundle, run, folder, environ)


async def _play_again(bundle: Path, run: BundledRun, folder: Path, environ: dict[str, str]) -> None:
    """Play an offline run in a place of its own, and hold its sessions against those of the snapshot."""
    label = " (SIMULATED)" if run.simulated else ""
    if run.replay is None:
        typer.echo(f"run {run.run_id}{label}: not played again: {run.not_replayed}")
        return
    place = Workplace.prepare(bundle, folder / f"replay-{run.run_id}", environ)
    async with place.database() as database:
        await asyncio.to_thread(place.run, run.replay.arguments)
        again = _replayed(place.folder / REPLAYS / run.run_id)
        theirs = await by_slot(PostgresSessions(database).of_run(again), again)
    stored = Workplace(folder / f"stored-{run.run_id}", environ)
    async with stored.database(bundle / SNAPSHOT) as database:
        ours = await by_slot(PostgresSessions(database).of_run(RunId(run.run_id)), RunId(run.run_id))
    _compared(f"run {run.run_id} played again", ours, theirs)
    typer.echo(
        f"run {run.run_id}{label}: played again, {len(ours)} sessions byte for byte (times and run id apart)"
    )


def _replayed(folder: Path) -> RunId:
    """The run in an output folder, or in the one folder within it."""
    inner = [path for path in folder.iterdir() if path.is_dir()]
    return named_run(str(inner[0] if len(inner) == 1 and not (folder / "metrics.json").is_file() else folder))


def _figures(files: dict[str, str]) -> dict[str, str]:
    return {path.removeprefix(f"{FIGURES}/"): value for path, value in files.items() if path.startswith(FIGURES)}


def _other_versions(manifest: Manifest) -> Iterator[str]:
    here = versions(manifest.versions.get("postgresql", ""))
    differing = sorted(name for name in here if manifest.versions.get(name, here[name]) != here[name])
    if differing:
        shown = ", ".join(f"{name} {manifest.versions[name]} (here {here[name]})" for name in differing[:_SHOWN])
        yield f"versions: made with {shown}; where figures differ, install these"


def _compared(what: str, claimed: dict[str, str], found: dict[str, str]) -> None:
    """Raises `AtlasError` that names what is missing, what was added and what differs."""
    problems = [
        *(f"missing: {name}" for name in sorted(claimed.keys() - found.keys())),
        *(f"not claimed: {name}" for name in sorted(found.keys() - claimed.keys())),
        *(f"differs: {name}" for name in sorted(claimed.keys() & found.keys()) if claimed[name] != found[name]),
    ]
    if problems:
        raise AtlasError(f"{what}: {_listed(problems)}")


def _listed(problems: Sequence[str]) -> str:
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    return "; ".join(problems[:_SHOWN]) + more
