"""Regeneration: the figures of a bundle, made by its commands from its snapshot, in an empty folder."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from atlas.errors import AtlasError
from atlas.runs.handoff.manifest import FIGURES, SNAPSHOT, Manifest
from atlas.storage.database import Database
from atlas.storage.embedded import EmbeddedServer
from atlas.storage.transfer import restore_runs

INPUTS = ("datasets", "configs", "artifacts", "rollouts")
"""The folders of a bundle that its commands read."""

_HANDED_DOWN = ("PATH", "LANG", "TZ", "PG_BIN", "TMPDIR", "SOURCE_DATE_EPOCH")


class Workplace:
    """A folder with a bundle's inputs and a database of its own, where its commands are run as a stranger would."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        """`environ` is where PATH and the like come from; no key and no address is handed down."""
        self.folder = folder
        self._pg_bin = Path(environ["PG_BIN"]) if environ.get("PG_BIN") else None
        home = {"ATLAS_HOME": str(folder / "home"), "HOME": str(folder), "ATLAS_OFFLINE_MODE": "1"}
        self.environ = {name: environ[name] for name in _HANDED_DOWN if name in environ} | home

    @classmethod
    def prepare(cls, bundle: Path, folder: Path, environ: dict[str, str]) -> Workplace:
        """Copy the inputs of `bundle` into `folder`."""
        for name in INPUTS:
            if (bundle / name).is_dir():
                shutil.copytree(bundle / name, folder / name)
        return cls(folder, environ)

    def run(self, arguments: Sequence[str]) -> None:
        """Run `atlas` with `arguments` here. Raises `AtlasError` with what it said when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "atlas", *arguments],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()[-2000:]
            raise AtlasError(f"`atlas {' '.join(arguments)}` failed with exit code {done.returncode}: {said}")

    @asynccontextmanager
    async def database(self, snapshot: Path | None = None) -> AsyncIterator[Database]:
        """The database that the commands run here use, filled with a snapshot; its server ends with the block."""
        server = EmbeddedServer(self.folder / "home", self._pg_bin)
        address = await asyncio.to_thread(server.start)
        try:
            async with Database(address.url("atlas")) as database:
                if snapshot is not None:
                    await restore_runs(database, snapshot)
                yield database
        finally:
            await asyncio.to_thread(server.stop)


@asynccontextmanager
async def restored(
    bundle: Path, folder: Path, manifest: Manifest, environ: dict[str, str]
) -> AsyncIterator[tuple[Workplace, Database]]:
    """A workplace below `folder` whose database holds the bundle's snapshot, and reports bear the bundle's date."""
    place = Workplace.prepare(bundle, folder, environ | {"SOURCE_DATE_EPOCH": str(manifest.dated)})
    async with place.database(bundle / SNAPSHOT) as database:
        yield place, database


async def regenerate(place: Workplace, manifest: Manifest) -> Path:
    """Write every figure in a restored workplace; the folder they are in. Raises `AtlasError`."""
    for figure in manifest.figures:
        await asyncio.to_thread(place.run, figure.arguments)
    return place.folder / FIGURES
