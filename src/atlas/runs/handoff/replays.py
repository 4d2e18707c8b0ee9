"""Replays: what an offline run or rollout leaves when it is played again from the bundle alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from atlas.core.session import RunId
from atlas.runs.handoff.canonical import by_group, by_slot
from atlas.runs.handoff.manifest import SNAPSHOT, BundledRollout, BundledRun, Replay
from atlas.runs.handoff.regenerate import Workplace
from atlas.runs.handoff.source import REPLAYS
from atlas.runs.stored_evaluation import named_run
from atlas.storage.database import Database
from atlas.storage.sessions import PostgresSessions
from atlas.storage.transfer import forget_since


async def sessions_of(database: Database, run_id: str) -> dict[str, str]:
    """Arm, task and trial of each session of a run -> SHA-256 of its canonical form."""
    return await by_slot(PostgresSessions(database).of_run(RunId(run_id)), RunId(run_id))


async def sessions_again(bundle: Path, place: Workplace, run: BundledRun, replay: Replay) -> dict[str, str]:
    """The same of the run as it is played now, from what it began with. Raises `AtlasError`."""
    async with place.database(bundle / SNAPSHOT if replay.follows else None) as database:
        if replay.follows:
            await forget_since(database, RunId(run.run_id))
        await asyncio.to_thread(place.run, replay.arguments)
        return await sessions_of(database, run_in(place.folder / REPLAYS / run.run_id))


async def groups_again(place: Workplace, rollout: BundledRollout, replay: Replay) -> dict[str, str]:
    """Each group of the rollout as it is played now -> SHA-256 of its canonical form. Raises `AtlasError`."""
    # Its conversations may need a server, which must not outlive the place.
    async with place.database():
        await asyncio.to_thread(place.run, replay.arguments)
    return by_group(place.folder / REPLAYS / rollout.name / Path(rollout.groups_file).name)


def run_in(folder: Path) -> RunId:
    """The run in an output folder, or in the one folder within it."""
    inner = [path for path in folder.iterdir() if path.is_dir()]
    own = any((folder / name).is_file() for name in ("run.json", "metrics.json"))
    return named_run(str(folder if own or len(inner) != 1 else inner[0]))
