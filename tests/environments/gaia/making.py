"""Worlds to test with: files in a folder, opened as a task's attachments."""

from __future__ import annotations

from pathlib import Path

from atlas.core.json import JsonValue, dumps
from atlas.core.tasks import Setup
from atlas.core.tools import ToolCall, ToolResult
from atlas.environments.gaia.world import GaiaWorld

AS_OF = "2026-03-02T09:00:00+00:00"


def setup(folder: Path, files: dict[str, bytes]) -> Setup:
    """The setup of a task with these attachments, which are written to `folder`."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return Setup(AS_OF, "t", {"files": [{"name": name, "source": str(folder / name)} for name in files]})


async def call(world: GaiaWorld, tool: str, **arguments: JsonValue) -> ToolResult:
    return await world.call(ToolCall("c", tool, dumps(arguments)))


async def error(world: GaiaWorld, tool: str, **arguments: JsonValue) -> str:
    """The sentence that the agent reads."""
    result = await call(world, tool, **arguments)
    assert result.error is not None, result
    assert result.value is None
    return result.error
