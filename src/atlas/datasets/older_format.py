"""The older format: rows of the published benchmark this one succeeds, with a reason for each row that is unusable.

A row is left out as soon as one of its turns is wrong: later turns build on earlier ones, so what would remain is
another conversation. Every problem of a row is reported, not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from atlas.core.json import JsonObject, JsonValue
from atlas.core.references import REFERENCE
from atlas.core.tasks import Brief, ExpectedCall, Setup, Target, Task, TaskId, TurnTarget
from atlas.core.tools import ToolSpec
from atlas.datasets.conversation import TABLES
from atlas.datasets.derivable import Sight, records_of
from atlas.datasets.loader import (
    ENVIRONMENT,
    Instructions,
    Loaded,
    RowProblem,
    dataset_revision,
    world_content,
)
from atlas.datasets.rows import parse_object, parse_row, read_lines
from atlas.errors import DatasetError

AS_OF = "2025-11-12T09:00:00+00:00"
"""The world's clock of these rows: the day the published set was generated; the rows themselves hold none."""

OBJECTS = ("criteria", "updates")
"""Arguments that hold further arguments."""

_PLACEHOLDER = re.compile(r"\{\{?[\w.]+\}?\}")


@dataclass(frozen=True, slots=True)
class OlderResponse:
    """The published expected response; its text quotes random ids and is not used."""

    text: str
    evaluation: str
    answers: tuple[str, ...]
    requires_judge: bool


@dataclass(frozen=True, slots=True)
class OlderTurn:
    """One published turn: a request and one expected call."""

    turn_id: int
    user_utterance: str
    expected_tool: str
    expected_args: JsonObject
    references_previous_turns: tuple[int, ...]
    expect_success: bool
    expected_error_substring: str | None
    failure_category: str | None
    expected_response: OlderResponse | None


@dataclass(frozen=True, slots=True)
class OlderEntities:
    """The published initial state: entity class name -> row id -> fields."""

    seed_data: dict[str, dict[str, JsonObject]]


@dataclass(frozen=True, slots=True)
class OlderConversation:
    """One published row."""

    conversation_id: str
    workflow_category: str
    complexity_level: str
    turns: tuple[OlderTurn, ...]
    initial_entities: OlderEntities
    final_expected_state: JsonObject
    success_criteria: str
    contains_failure: bool
    failure_turn: int | None
    verification_mode: str
    chain_id: str | None
    segment_number: int | None
    segment_boundaries: tuple[int, ...] | None
    expected_outcome: str | None
    cumulative_context: dict[str, Any]


def is_older_format(path: Path) -> bool:
    """Whether the first row of a file is of the older format: it has turns and no clock. Raises `DatasetError`."""
    line, text = next(read_lines(path))
    row = parse_object(text, path, line)
    return "turns" in row and "as_of" not in row


def load_older(path: Path, specs: Sequence[ToolSpec], instructions: Instructions) -> Loaded:
    """Every usable row as a task whose target lacks state and facts; `replay.complete_targets` adds them.

    `specs` are the tools that exist. Raises `DatasetError` when the file is missing, empty or unreadable.
    """
    revision = dataset_revision(path)
    tasks: list[Task] = []
    problems: list[RowProblem] = []
    first_line: dict[str, int] = {}
    for line, text in read_lines(path):
        try:
            row = parse_row(OlderConversation, text, path, line)
        except DatasetError as error:
            problems.append(RowProblem(line, None, f"{error.key}: {error.reason}" if error.key else error.reason))
            continue
        found = [RowProblem(line, row.conversation_id, reason, turn) for turn, reason in _problems(row, specs)]
        earlier = first_line.setdefault(row.conversation_id, line)
        if earlier != line:
            found.append(RowProblem(line, row.conversation_id, f"conversation_id: already used on line {earlier}"))
        problems += found
        if not found:
            tasks.append(_task(row, line, instructions, revision))
    return Loaded(tuple(tasks), tuple(problems))


def read_older(path: Path) -> list[OlderConversation]:
    """Every row of a file that must parse throughout. Raises `DatasetError` at the first that does not."""
    return [parse_row(OlderConversation, text, path, line) for line, text in read_lines(path)]


def placeholders(text: str) -> list[str]:
    """Template markers that were never filled in."""
    return _PLACEHOLDER.findall(text)


def _task(row: OlderConversation, line: int, instructions: Instructions, revision: str) -> Task:
    setup = Setup(AS_OF, row.conversation_id, world_content(row.initial_entities.seed_data))
    brief = Brief(
        task_id=TaskId(row.conversation_id),
        environment=ENVIRONMENT,
        family=row.workflow_category,
        instructions=instructions(setup),
        turns=tuple(turn.user_utterance for turn in row.turns),
    )
    target = Target(tuple(map(_turn_target, row.turns)), world=setup.content)
    labels = {"complexity": row.complexity_level, "workflow_category": row.workflow_category, "line": str(line)}
    return Task(brief, setup, target, "dev", revision, labels)


def _turn_target(turn: OlderTurn) -> TurnTarget:
    response = turn.expected_response
    judged = response is not None and (response.requires_judge or response.evaluation == "judge")
    return TurnTarget(calls=(ExpectedCall(turn.expected_tool, turn.expected_args),), judged=judged)


def _problems(row: OlderConversation, specs: Sequence[ToolSpec]) -> Iterator[tuple[int | None, str]]:
    """Turn number, or None for the row, and what is wrong."""
    if not row.turns:
        yield None, "turns: a conversation needs at least one turn"
    unknown = sorted(set(row.initial_entities.seed_data) - set(TABLES))
    if unknown:
        yield None, f"initial_entities.seed_data: unknown entities {', '.join(unknown)}"
    if row.contains_failure or any(not turn.expect_success for turn in row.turns):
        yield None, "contains_failure: the row names no reason that a refusal could be graded by"
    tools = {spec.name: spec for spec in specs}
    for number, turn in enumerate(row.turns, start=1):
        if turn.turn_id != number:
            yield number, f"turn_id: expected {number}, got {turn.turn_id}"
        for marker in placeholders(turn.user_utterance):
            yield number, f"user_utterance: unresolved placeholder {marker}"
        for reason in _call_problems(turn, tools.get(turn.expected_tool)):
            yield number, reason
        said = tuple(earlier.user_utterance for earlier in row.turns[:number])
        sight = Sight(said, records_of(row.initial_entities.seed_data), date.fromisoformat(AS_OF[:10]))
        for key, value in sight.unseen(turn.expected_args):
            if not placeholders(str(value)):
                yield number, f"expected_args.{key}: {value!r} follows from nothing the agent can see"


def _call_problems(turn: OlderTurn, spec: ToolSpec | None) -> Iterator[str]:
    if spec is None:
        yield f"expected_tool: there is no tool {turn.expected_tool!r}"
        return
    flat = _flat(turn.expected_args)
    for key in flat:
        if key not in spec.parameters.get("properties", {}):
            yield f"expected_args.{key}: {spec.name} has no such argument"
    for key in spec.parameters.get("required", []):
        if key not in flat:
            yield f"expected_args.{key}: {spec.name} requires it"
    for key, value in flat.items():
        for marker in placeholders(str(value)):
            template = REFERENCE.fullmatch(marker)
            if template is None:
                yield f"expected_args.{key}: unresolved placeholder {marker}"
            elif not 1 <= int(template[1]) < turn.turn_id:
                yield f"expected_args.{key}: {marker} is not an earlier turn"


def _flat(arguments: JsonObject) -> dict[str, JsonValue]:
    """Arguments with those inside `criteria` and `updates` pulled out."""
    inner = {k: v for name in OBJECTS if isinstance(arguments.get(name), dict) for k, v in arguments[name].items()}
    return {**{k: v for k, v in arguments.items() if k not in OBJECTS}, **inner}
