"""The loader: a dataset file as tasks, and the rows of it that cannot be used."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from atlas.core.json import JsonObject
from atlas.core.tasks import Brief, Setup, Target, Task, TaskId, TurnTarget
from atlas.datasets.conversation import TABLES, Conversation, ConversationTurn, parse_conversation
from atlas.datasets.rows import read_lines
from atlas.errors import DatasetError

ENVIRONMENT = "crm"
GIT_TIMEOUT_S = 10

Instructions = Callable[[Setup], str]
"""The standing orders of the environment for a world, today's date among them."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be used. `turn` counts from 1 and is None when the whole row is meant."""

    line: int
    conversation_id: str | None
    reason: str
    turn: int | None = None

    def __str__(self) -> str:
        where = f"line {self.line}"
        if self.conversation_id:
            where += f" ({self.conversation_id})"
        return f"{where}{f', turn {self.turn}' if self.turn else ''}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file gave: tasks in file order, and the problems of the rows left out."""

    tasks: tuple[Task, ...]
    problems: tuple[RowProblem, ...]


def load_conversations(path: Path, instructions: Instructions) -> Loaded:
    """Every usable row of the file as a task.

    Raises `DatasetError` when the file is missing, empty or unreadable.
    """
    revision = dataset_revision(path)
    tasks: list[Task] = []
    problems: list[RowProblem] = []
    first_line: dict[str, int] = {}
    for line, text in read_lines(path):
        try:
            row = parse_conversation(text, path=path, line=line)
        except DatasetError as error:
            problems.append(RowProblem(line, None, f"{error.key}: {error.reason}" if error.key else error.reason))
            continue
        earlier = first_line.setdefault(row.conversation_id, line)
        if earlier != line:
            reason = f"conversation_id: already used on line {earlier}"
            problems.append(RowProblem(line, row.conversation_id, reason))
            continue
        tasks.append(task_of(row, instructions, revision))
    return Loaded(tuple(tasks), tuple(problems))


def read_conversations(path: Path) -> list[Conversation]:
    """Every row of a file that must be right throughout. Raises `DatasetError` at the first that is not."""
    return [parse_conversation(text, path=path, line=line) for line, text in read_lines(path)]


def task_of(row: Conversation, instructions: Instructions, revision: str) -> Task:
    """The conversation as brief, setup and target."""
    setup = Setup(row.as_of, row.conversation_id, world_content(row.initial_entities.seed_data))
    brief = Brief(
        task_id=TaskId(row.conversation_id),
        environment=ENVIRONMENT,
        family=row.family,
        instructions=instructions(setup),
        turns=tuple(turn.user_utterance for turn in row.turns),
    )
    target = Target(tuple(map(_turn_target, row.turns)), row.final_expected_state, setup.content)
    labels = {"complexity": row.complexity_level, "workflow_category": row.workflow_category}
    return Task(brief, setup, target, row.split, revision, labels)


def world_content(seed_data: dict[str, dict[str, JsonObject]]) -> JsonObject:
    """Rows by entity name as `Setup.content` holds them: by table, primary key included."""
    content: JsonObject = {}
    for entity, rows in seed_data.items():
        table, key = TABLES[entity]
        content[table] = {row_id: {key: row_id, **fields} for row_id, fields in rows.items()}
    return content


def dataset_revision(path: Path) -> str:
    """Identifies the file's bytes: "<git commit>+sha256:<16 hex>", outside git "sha256:<16 hex>+mtime:<ISO>".

    Raises `DatasetError` when the file is missing or cannot be read.
    """
    try:
        digest = f"sha256:{sha256(path.read_bytes()).hexdigest()[:16]}"
        changed = datetime.fromtimestamp(int(path.stat().st_mtime), tz=UTC)
    except FileNotFoundError as error:
        raise DatasetError("there is no such file; check the path", path=path) from error
    except OSError as error:
        raise DatasetError(f"cannot be read ({error.strerror})", path=path) from error
    commit = _commit(path.resolve().parent)
    return f"{commit}+{digest}" if commit else f"{digest}+mtime:{changed.isoformat()}"


def _commit(folder: Path) -> str | None:
    """The commit of the repository a folder belongs to; None without a repository, a commit or git itself."""
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=GIT_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() if found.returncode == 0 else None


def _turn_target(turn: ConversationTurn) -> TurnTarget:
    response = turn.expected_response
    return TurnTarget(
        calls=turn.calls,
        facts=response.facts,
        absent=response.absent,
        refusal=turn.failure_category,
        refusal_facts=response.refusal_facts,
        reply=response.text,
        judged=response.requires_judge or response.evaluation == "judge",
    )
