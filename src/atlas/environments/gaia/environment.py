"""The GAIA environment: opens a private copy of a task's files, with tools to read, write and search."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

from atlas.core.tasks import Setup
from atlas.core.tools import ToolSpec
from atlas.environments.gaia.attachments import attachments_of, place
from atlas.environments.gaia.documents import Documents
from atlas.environments.gaia.tools import SPECS
from atlas.environments.gaia.web import Web, WebAccess
from atlas.environments.gaia.workspace import Workspace
from atlas.environments.gaia.world import GaiaWorld
from atlas.errors import WorldError

NO_WEB = WebAccess()


class GaiaEnvironment:
    """Worlds of GAIA: any number at once, each with a directory of its own. An async context manager."""

    name = "gaia"
    specs: tuple[ToolSpec, ...] = SPECS

    def __init__(self, web: WebAccess = NO_WEB, folder: Path | None = None) -> None:
        """The directories are made in `folder`, by default where the system keeps temporary files."""
        self._web = Web(web)
        self._documents = Documents()
        self._folder = folder

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._web.close()

    @asynccontextmanager
    async def open(self, setup: Setup) -> AsyncIterator[GaiaWorld]:
        """A world with the setup's files and no others; leaving it removes the directory.

        Raises `WorldError`, or `ValueError` for a setup it cannot load.
        """
        attachments = attachments_of(setup.content)
        try:
            private = Path(tempfile.mkdtemp(prefix="atlas-gaia-", dir=self._folder))
        except OSError as error:
            raise WorldError(f"no directory for a task can be made ({error.strerror})") from error
        try:
            # The marks lie beside the workspace, which is all that the agent's own code is let into.
            work, marks = private / "work", private / "marks"
            work.mkdir(mode=0o700)
            marks.mkdir(mode=0o700)
            await asyncio.to_thread(place, attachments, work)
            workspace = Workspace(work)
            try:
                yield GaiaWorld(workspace, marks, self._documents, self._web)
            finally:
                # Whatever resists is left to `rmtree`, and what that cannot remove to the system.
                with suppress(OSError):
                    await asyncio.to_thread(workspace.empty)
                workspace.close()
        finally:
            await asyncio.to_thread(shutil.rmtree, private, ignore_errors=True)
