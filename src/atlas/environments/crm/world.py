"""A world of the CRM: tools over one store, each call whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from difflib import get_close_matches
from typing import Any, Self

from atlas.core.json import JsonObject, JsonValue
from atlas.core.protocols import Mark
from atlas.core.state import Snapshot
from atlas.core.tools import ToolCall, ToolResult, ToolSpec
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import Entity
from atlas.environments.crm.repository import Store
from atlas.environments.crm.rows import to_row
from atlas.environments.crm.tools import SPECS, TOOLS
from atlas.environments.crm.tools.tool import Tool
from atlas.errors import ToolError

MAX_ARGUMENTS = 100_000
"""Characters of arguments that a call may have."""


class CrmWorld:
    """An open world, which is also the session that it was opened for. Calls at once are handled one by one."""

    def __init__(self, store: Store, crm: Crm) -> None:
        """`crm.records` is `store`, which has begun."""
        self._store = store
        self._crm = crm
        self._turn = asyncio.Lock()
        self._starts = [store.mark()]

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        return SPECS

    @property
    def workspace(self) -> None:
        """A CRM has no files."""

    async def call(self, call: ToolCall) -> ToolResult:
        """Run one call. What is wrong with it is a sentence in the result, and then nothing has changed."""
        async with self._turn:
            try:
                return ToolResult(call.id, call.name, await self._run(_known(call.name), _arguments(call)))
            except ToolError as error:
                return ToolResult(call.id, call.name, error=str(error))

    async def snapshot(self) -> Snapshot:
        async with self._turn:
            return await self._store.snapshot()

    async def mark(self) -> Mark:
        async with self._turn:
            return self._store.mark()

    async def rollback_to(self, mark: Mark) -> None:
        """Undo everything since `mark`. Ids that were given out since are not given out again.

        Raises `ValueError` for a mark that is gone, or that was made before the innermost session began.
        """
        async with self._turn:
            if mark < self._starts[-1]:
                raise ValueError(f"the mark {mark} was made before this session; leave the session first")
            self._store.rollback_to(mark)

    @asynccontextmanager
    async def begin_session(self) -> AsyncIterator[Self]:
        """A session within the session: leaving the block undoes what was done in it. Blocks nest."""
        async with self._turn:
            start = self._store.mark()
            self._starts.append(start)
        try:
            yield self
        finally:
            async with self._turn:
                self._starts.remove(start)
                self._store.rollback_to(start)
                self._store.release(start)

    async def rollback_session(self) -> None:
        """Back to where the innermost open session began; it goes on from there. Marks made in it are gone."""
        async with self._turn:
            self._store.rollback_to(self._starts[-1])

    async def _run(self, tool: Tool[Any], arguments: JsonObject) -> JsonValue:
        before, given = self._store.mark(), self._crm.ids.given
        try:
            result = await tool.run(self._crm, arguments)
        except BaseException:
            self._store.rollback_to(before)
            self._crm.ids.take_back(given)
            raise
        finally:
            self._store.release(before)
        return _json(result)


def _known(name: str) -> Tool[Any]:
    if name in TOOLS:
        return TOOLS[name]
    near = get_close_matches(name[:100], TOOLS, n=1)
    raise ToolError(f"There is no tool '{name[:100]}'{f'; did you mean {near[0]}?' if near else '.'}")


def _arguments(call: ToolCall) -> JsonObject:
    if (length := len(call.arguments)) > MAX_ARGUMENTS:
        raise ToolError(f"The arguments have {length:,} characters; a call may have {MAX_ARGUMENTS:,}.")
    try:
        return call.parsed()
    except ValueError as error:
        raise ToolError(f"The arguments are not a JSON object: {error}.") from error


def _json(result: object) -> JsonValue:
    """What a tool returned as JSON: records as rows, alone or in lists and objects."""
    if isinstance(result, list):
        return [_json(item) for item in result]
    if isinstance(result, dict):
        return {key: _json(item) for key, item in result.items()}
    return to_row(result) if isinstance(result, Entity) else result
