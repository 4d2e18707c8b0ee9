"""Verifying a bundle: what was claimed, made again from the bundle alone and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from atlas.errors import AtlasError
from atlas.runs.handoff.canonical import by_group
from atlas.runs.handoff.manifest import FIGURES, Manifest, checksums, read_manifest, versions
from atlas.runs.handoff.regenerate import Workplace, regenerate, restored
from atlas.runs.handoff.replays import groups_again, sessions_again, sessions_of
from atlas.settings import Settings

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
    with tempfile.TemporaryDirectory() as scratch:
        there = _Verifying(bundle, manifest, Path(scratch), dict(settings.environ))
        stored = await there.make_figures()
        if replay:
            await there.play_runs(stored)
            await there.play_rollouts()
        else:
            typer.echo("runs: not played again (--no-replay)")


@dataclass(frozen=True, slots=True)
class _Verifying:
    """A bundle that is being verified, and the empty folder in which that is done."""

    bundle: Path
    manifest: Manifest
    folder: Path
    environ: dict[str, str]

    async def make_figures(self) -> dict[str, dict[str, str]]:
        """Make every figure anew and compare; of each run that is to be played again the sessions as stored."""
        manifest = self.manifest
        claimed = _figures(manifest.files)
        async with restored(self.bundle, self.folder / "figures-anew", manifest, self.environ) as (place, database):
            _compared("figures made anew", claimed, checksums(await regenerate(place, manifest)))
            names = ", ".join(figure.name for figure in manifest.figures)
            typer.echo(f"figures: {len(claimed)} files made anew, byte for byte ({names})")
            runs = [run.run_id for run in manifest.runs if run.replay is not None]
            return {run_id: await sessions_of(database, run_id) for run_id in runs}

    async def play_runs(self, stored: dict[str, dict[str, str]]) -> None:
        """Play each offline run in a place of its own, and hold its sessions against those `stored`."""
        for run in self.manifest.runs:
            named = f"run {run.run_id}"
            if run.replay is None:
                _say(named, run.simulated, f"not played again: {run.not_replayed}")
                continue
            again = await sessions_again(self.bundle, self._place(run.run_id), run, run.replay)
            _compared(f"{named} played again", stored[run.run_id], again)
            what = f"{len(again)} sessions byte for byte (times and run id apart)"
            _say(named, run.simulated, f"played again, {what}")

    async def play_rollouts(self) -> None:
        """Play each offline rollout in a place of its own, and hold its groups against those of the bundle."""
        for rollout in self.manifest.rollouts:
            named = f"rollout {rollout.name}"
            if rollout.replay is None:
                _say(named, rollout.simulated, f"not played again: {rollout.not_replayed}")
                continue
            again = await groups_again(self._place(rollout.name), rollout, rollout.replay)
            _compared(f"{named} played again", by_group(self.bundle / rollout.groups_file), again)
            _say(named, rollout.simulated, f"played again, {len(again)} groups byte for byte (durations apart)")

    def _place(self, name: str) -> Workplace:
        return Workplace.prepare(self.bundle, self.folder / f"replay-{name}", self.environ)


def _say(named: str, simulated: bool, what: str) -> None:
    typer.echo(f"{named}{' (SIMULATED)' if simulated else ''}: {what}")


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
