"""A world of GAIA: one task's workspace, its tools, and the marks to return to."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from atlas.core.protocols import Mark
from atlas.core.state import Snapshot
from atlas.core.tools import ToolCall, ToolResult, ToolSpec
from atlas.environments.gaia.arguments import arguments_of, tool_named
from atlas.environments.gaia.documents import Documents
from atlas.environments.gaia.tools import SPECS, Reach
from atlas.environments.gaia.web import Web
from atlas.environments.gaia.workspace import Workspace
from atlas.errors import ToolError, WorldError


class GaiaWorld:
    """An open world. Its state is the table `files`: path -> kind, bytes and SHA-256. Calls run one by one."""

    def __init__(self, workspace: Workspace, marks: Path, documents: Documents, web: Web) -> None:
        """`marks` is an empty directory that the agent cannot reach; each mark is a copy of the workspace in it."""
        self._workspace, self._marks = workspace, marks
        self._reach = Reach(workspace, documents, web)
        self._turn = asyncio.Lock()
        self._made = 0

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        return SPECS

    @property
    def workspace(self) -> Path | None:
        """The directory with the task's files; it stays the same one as long as the world is open."""
        return self._workspace.path

    async def call(self, call: ToolCall) -> ToolResult:
        """Run one call. What is wrong with it is a sentence in the result. Raises `WorldError`."""
        async with self._turn:
            try:
                tool = tool_named(call.name)
                value = await tool.run(self._reach, arguments_of(call, tool))
            except ToolError as error:
                return ToolResult(call.id, call.name, error=str(error))
            return ToolResult(call.id, call.name, value)

    async def snapshot(self) -> Snapshot:
        async with self._turn:
            return {"files": await asyncio.to_thread(self._workspace.digests)}

    async def mark(self) -> Mark:
        """Raises `WorldError` when the copy cannot be made."""
        async with self._turn:
            copy = self._marks / str(self._made)
            try:
                copy.mkdir()
                await asyncio.to_thread(self._workspace.copy_to, copy)
            except OSError as error:
                raise WorldError(f"the workspace cannot be copied ({error.strerror})") from error
            self._made += 1
            return Mark(self._made - 1)

    async def rollback_to(self, mark: Mark) -> None:
        """Make the workspace hold what it held then. Raises `ValueError` for a mark that is gone."""
        async with self._turn:
            if not 0 <= mark < self._made:
                raise ValueError(f"there is no mark {mark}")
            try:
                await asyncio.to_thread(self._workspace.fill_from, self._marks / str(mark))
            except OSError as error:
                raise WorldError(f"the workspace cannot be rolled back ({error.strerror})") from error
            for later in range(mark + 1, self._made):
                shutil.rmtree(self._marks / str(later))
            self._made = mark + 1
