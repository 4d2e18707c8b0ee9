"""The tool calls of one step, run in order."""

from __future__ import annotations

from atlas.core.protocols import Toolbox
from atlas.core.tools import ToolCall, ToolResult

MAX_CALLS_PER_STEP = 16


async def run_calls(calls: tuple[ToolCall, ...], tools: Toolbox) -> tuple[ToolResult, ...]:
    """A result for every call; those above the limit of one step are not run, and their result says so."""
    done = [await tools.call(call) for call in calls[:MAX_CALLS_PER_STEP]]
    refusal = f"At most {MAX_CALLS_PER_STEP} tool calls fit in one message; this one was not run."
    return (*done, *(ToolResult(call.id, call.name, error=refusal) for call in calls[MAX_CALLS_PER_STEP:]))
