"""Payloads: conversations prepared for a run, one task a line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from atlas.core.json import dumps
from atlas.datasets.conversation import Conversation, check_conversation
from atlas.datasets.rows import parse_row, read_lines
from atlas.errors import DatasetError

Backend: TypeAlias = Literal["postgres", "mock"]


@dataclass(frozen=True, slots=True)
class Payload:
    """One line of a task file. `task_id` is "<conversation_id>::<run_id>"."""

    task_id: str
    run_id: str
    conversation: Conversation
    dataset_revision: str
    backend: Backend
    use_llm_judge: bool


def run_id(now: datetime, suffix: str) -> str:
    """ "<UTC stamp>-<suffix>", for example "20260302T090000Z-1f2e3d4c". `suffix` is 8 hex digits."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{suffix}"


def payloads(
    conversations: Sequence[Conversation], run: str, revision: str, backend: Backend, *, use_llm_judge: bool
) -> tuple[Payload, ...]:
    """One payload a conversation, in order."""
    return tuple(
        Payload(f"{row.conversation_id}::{run}", run, row, revision, backend, use_llm_judge)
        for row in conversations
    )


def write_payloads(path: Path, rows: Sequence[Payload]) -> None:
    """Write a task file; it is there completely or not at all. Raises `DatasetError` when it cannot be written."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8") as file:
            file.writelines(dumps(row) + "\n" for row in rows)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        reason = f"cannot be written ({error.strerror}); free space or choose another path"
        raise DatasetError(reason, path=path) from error


def read_payloads(path: Path) -> tuple[Payload, ...]:
    """A task file, row for row. Raises `DatasetError` with file, line and key at the first wrong one."""
    found: dict[str, tuple[int, Payload]] = {}
    for line, text in read_lines(path):
        row = _payload(text, path, line)
        if row.task_id in found:
            reason = f"{row.task_id!r} is already on line {found[row.task_id][0]}; task ids must differ"
            raise DatasetError(reason, path=path, line=line, key="task_id")
        found[row.task_id] = (line, row)
    return tuple(row for _, row in found.values())


def _payload(text: str, path: Path, line: int) -> Payload:
    row = parse_row(Payload, text, path, line)
    check_conversation(row.conversation, path=path, line=line, under="conversation.")
    expected = f"{row.conversation.conversation_id}::{row.run_id}"
    if row.task_id != expected:
        raise DatasetError(f"must be {expected!r}, got {row.task_id!r}", path=path, line=line, key="task_id")
    return row
