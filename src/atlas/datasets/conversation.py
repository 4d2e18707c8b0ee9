"""A conversation: one row of a CRM dataset file, parsed strictly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from atlas.core.json import JsonObject, dumps
from atlas.core.references import REFERENCE
from atlas.core.state import StateDiff
from atlas.core.tasks import ExpectedCall, Fact
from atlas.datasets.rows import parse_row
from atlas.errors import DatasetError

Split: TypeAlias = Literal["train", "test", "transfer", "dev"]
Complexity: TypeAlias = Literal["simple", "medium", "complex"]

TABLES = {
    "Client": ("clients", "client_id"),
    "Contact": ("contacts", "contact_id"),
    "Opportunity": ("opportunities", "opportunity_id"),
    "Quote": ("quotes", "quote_id"),
    "Contract": ("contracts", "contract_id"),
    "Company": ("companies", "company_id"),
    "Document": ("documents", "document_id"),
    "Note": ("notes", "note_id"),
}
"""Entity name in a row -> table and primary key column."""

TURN_RANGE: dict[Complexity, tuple[int, int]] = {"simple": (1, 3), "medium": (4, 6), "complex": (7, 10)}
"""Fewest and most turns of each complexity level."""


@dataclass(frozen=True, slots=True)
class ExpectedResponse:
    """What a right reply says. `text` is one right reply; `facts`, `absent` and `refusal_facts` as in core."""

    text: str
    evaluation: Literal["structured", "judge"]
    answers: tuple[str, ...]
    requires_judge: bool
    facts: tuple[Fact, ...]
    absent: tuple[Fact, ...]
    refusal_facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """One user message and its reference solution.

    `expected_tool` with `expected_args` is the call that decides the turn, None when no call is needed;
    `supporting_calls` come before it, in order. With `expect_success` False the deciding call must fail, or
    find nothing, and the state must stay as it is.
    """

    turn_id: int
    user_utterance: str
    supporting_calls: tuple[ExpectedCall, ...]
    expected_tool: str | None
    expected_args: JsonObject
    references_previous_turns: tuple[int, ...]
    expect_success: bool
    expected_error_substring: str | None
    failure_category: str | None
    expected_response: ExpectedResponse

    @property
    def calls(self) -> tuple[ExpectedCall, ...]:
        """Every reference call of the turn, the deciding one last."""
        if self.expected_tool is None:
            return self.supporting_calls
        return (*self.supporting_calls, ExpectedCall(self.expected_tool, self.expected_args))


@dataclass(frozen=True, slots=True)
class InitialEntities:
    """The world a conversation starts in: entity class name -> row id -> fields without the primary key."""

    seed_data: dict[str, dict[str, JsonObject]]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One dataset row. `as_of` is the world's clock; the chain fields are those of the published format."""

    conversation_id: str
    workflow_category: str
    family: str
    split: Split
    complexity_level: Complexity
    as_of: str
    turns: tuple[ConversationTurn, ...]
    initial_entities: InitialEntities
    final_expected_state: StateDiff
    success_criteria: Literal["all_turns", "final_state", "both"]
    contains_failure: bool
    failure_turn: int | None
    verification_mode: Literal["database", "runtime_response", "unknown"]
    chain_id: str | None
    segment_number: int | None
    segment_boundaries: tuple[int, ...] | None
    expected_outcome: str | None
    cumulative_context: JsonObject = field(default_factory=dict)


def parse_conversation(text: str | bytes, *, path: Path | str, line: int) -> Conversation:
    """One line of a dataset file. Raises `DatasetError` with file, line, dotted key and reason."""
    row = parse_row(Conversation, text, path, line)
    check_conversation(row, path=path, line=line)
    return row


def check_conversation(row: Conversation, *, path: Path | str, line: int, under: str = "") -> None:
    """Whether the keys of a row fit each other; `under` prefixes the key in the `DatasetError` otherwise."""
    for key, reason in _contradictions(row):
        raise DatasetError(reason, path=path, line=line, key=under + key)


def conversation_line(conversation: Conversation) -> str:
    """The row as one line of a dataset file, newline included; equal rows give equal bytes."""
    return dumps(conversation) + "\n"


def _contradictions(row: Conversation) -> Iterator[tuple[str, str]]:
    """Keys that fit their types but not each other, with the reason."""
    for entity in sorted(set(row.initial_entities.seed_data) - set(TABLES)):
        yield "initial_entities.seed_data", f"unknown entity {entity!r}; there are {', '.join(TABLES)}"
    if not row.turns:
        yield "turns", "a conversation needs at least one turn"
        return
    fewest, most = TURN_RANGE[row.complexity_level]
    if row.chain_id is None and not fewest <= len(row.turns) <= most:
        yield (
            "complexity_level",
            f"{row.complexity_level} means {fewest} to {most} turns, there are {len(row.turns)}",
        )
    failing = [turn.turn_id for turn in row.turns if not turn.expect_success]
    if row.contains_failure != bool(failing):
        yield "contains_failure", f"is {row.contains_failure}, but the failing turns are {failing}"
    if row.failure_turn != (failing[0] if failing else None):
        yield "failure_turn", f"is {row.failure_turn}, but the failing turns are {failing}"
    for number, turn in enumerate(row.turns, start=1):
        yield from _turn_contradictions(number, turn)


def _turn_contradictions(number: int, turn: ConversationTurn) -> Iterator[tuple[str, str]]:
    key = f"turns.{number - 1}"
    if turn.turn_id != number:
        yield f"{key}.turn_id", f"turns count from 1 without gaps, expected {number}, got {turn.turn_id}"
    if not turn.user_utterance.strip():
        yield f"{key}.user_utterance", "is blank"
    if turn.expect_success == (turn.failure_category is not None):
        yield f"{key}.failure_category", "is set exactly for turns that must fail (expect_success false)"
    if not turn.expect_success and not turn.expected_response.refusal_facts:
        yield f"{key}.expected_response.refusal_facts", "a turn that must fail needs reasons a reply may name"
    for earlier, _ in REFERENCE.findall(dumps([call.arguments for call in turn.calls])):
        if not 1 <= int(earlier) < number:
            yield f"{key}.expected_args", f"{{{{turn_{earlier}...}}}} is not an earlier turn"
