"""sessions.jsonl: one record a session, written whole, secrets masked."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from atlas.core.json import JsonValue
from atlas.export.artifacts import Replacement, write_jsonl
from atlas.export.record import Exported, session_record

Redact: TypeAlias = Callable[[JsonValue], JsonValue]


def write_sessions(path: Path, sessions: Iterable[Exported], redact: Redact) -> int:
    """Write the records in the order given, one in memory at a time, and say how many.

    The caller gives a stable order (the tasks' order within each arm, not the order of finishing). Raises
    `StorageError` when the file cannot be written: what was there before is then unchanged.
    """
    return write_jsonl(path, (redact(session_record(session)) for session in sessions))


async def stream_sessions(path: Path, sessions: AsyncIterable[Exported], redact: Redact) -> int:
    """`write_sessions` for sessions that arrive one by one. Raises also what `sessions` raises, nothing written."""
    count = 0
    with Replacement(path) as file:
        async for session in sessions:
            file.write_line(redact(session_record(session)))
            count += 1
    return count
