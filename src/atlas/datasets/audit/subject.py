"""A subject: a conversation under audit, of either format, in the terms that the checks share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from atlas.core.json import JsonObject, JsonValue
from atlas.core.state import StateDiff
from atlas.core.tasks import ExpectedCall, Fact
from atlas.datasets.conversation import Conversation, ConversationTurn, parse_conversation
from atlas.datasets.derivable import records_of
from atlas.datasets.older_format import AS_OF, OlderConversation, OlderTurn
from atlas.datasets.rows import parse_object, parse_row, read_lines
from atlas.errors import DatasetError

ENUM_COLUMNS = frozenset({"status", "stage", "type", "entity_type"})
"""Columns with a fixed set of values: words of the language of a CRM, not names in a world."""


@dataclass(frozen=True, slots=True)
class SubjectTurn:
    """One turn. `calls` are the reference calls; the last is the deciding one if `decided`."""

    number: int
    said: str
    calls: tuple[ExpectedCall, ...]
    decided: bool
    succeeds: bool
    category: str | None
    reply: str
    facts: tuple[Fact, ...] = ()
    absent: tuple[Fact, ...] = ()
    reasons: tuple[Fact, ...] = ()

    @property
    def deciding(self) -> ExpectedCall | None:
        return self.calls[-1] if self.decided else None


@dataclass(frozen=True, slots=True)
class Subject:
    """One row. What the older format does not have is None: split, family, clock, expected state."""

    line: int
    conversation_id: str
    complexity: str
    turns: tuple[SubjectTurn, ...]
    seed: dict[str, dict[str, JsonObject]]
    split: str | None = None
    family: str | None = None
    as_of: str | None = None
    state: StateDiff | None = None
    paraphrased_by: str | None = None

    @property
    def today(self) -> date:
        """The day of the world's clock; for a row without one, the day the older set was made."""
        return date.fromisoformat((self.as_of or AS_OF)[:10])

    @property
    def records(self) -> dict[str, JsonObject]:
        return records_of(self.seed)

    def said_until(self, number: int) -> tuple[str, ...]:
        """Every request up to and with turn `number`."""
        return tuple(turn.said for turn in self.turns[:number])

    def names(self) -> set[str]:
        """Texts that belong to this world alone: names, addresses, versions ... of its records and arguments."""
        rows = [*self.records.values(), *(call.arguments for turn in self.turns for call in turn.calls)]
        return {text for row in rows for text in _texts(row) if len(text) > 1}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that holds no conversation of either format."""

    line: int
    reason: str


def read_subjects(path: Path) -> tuple[list[Subject], list[Unreadable]]:
    """Every row of a file, and the lines that are none. Raises `DatasetError` when there is no row at all."""
    subjects: list[Subject] = []
    unreadable: list[Unreadable] = []
    for line, text in read_lines(path):
        try:
            subjects.append(_read(text, path, line))
        except DatasetError as error:
            unreadable.append(Unreadable(line, f"{error.key}: {error.reason}" if error.key else error.reason))
    if not subjects:
        raise DatasetError(f"no line is a conversation; the first: {unreadable[0].reason}", path=path)
    return subjects, unreadable


def subject_of(row: Conversation, line: int) -> Subject:
    """A row of the current format."""
    return Subject(
        line=line,
        conversation_id=row.conversation_id,
        complexity=row.complexity_level,
        turns=tuple(map(_turn, row.turns)),
        seed=row.initial_entities.seed_data,
        split=row.split,
        family=row.family,
        as_of=row.as_of,
        state=row.final_expected_state,
        paraphrased_by=row.cumulative_context.get("paraphrased_by"),
    )


def older_subject(row: OlderConversation, line: int) -> Subject:
    """A row of the older format."""
    turns = tuple(map(_older_turn, row.turns))
    return Subject(line, row.conversation_id, row.complexity_level, turns, row.initial_entities.seed_data)


def turns_of(subjects: Iterable[Subject]) -> Iterator[tuple[Subject, SubjectTurn]]:
    """Every turn with its row."""
    return ((row, turn) for row in subjects for turn in row.turns)


def leaves(value: JsonValue, key: str = "") -> Iterator[tuple[str, JsonValue]]:
    """The keys and values at the bottom of a JSON value; items of a list go by the key of the list."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, key)
    else:
        yield key, value


def _read(text: str, path: Path, line: int) -> Subject:
    raw = parse_object(text, path, line)
    if "as_of" in raw or "turns" not in raw:
        return subject_of(parse_conversation(text, path=path, line=line), line)
    return older_subject(parse_row(OlderConversation, text, path, line), line)


def _turn(turn: ConversationTurn) -> SubjectTurn:
    said = turn.expected_response
    return SubjectTurn(
        number=turn.turn_id,
        said=turn.user_utterance,
        calls=turn.calls,
        decided=turn.expected_tool is not None,
        succeeds=turn.expect_success,
        category=turn.failure_category,
        reply=said.text,
        facts=said.facts,
        absent=said.absent,
        reasons=said.refusal_facts,
    )


def _older_turn(turn: OlderTurn) -> SubjectTurn:
    return SubjectTurn(
        number=turn.turn_id,
        said=turn.user_utterance,
        calls=(ExpectedCall(turn.expected_tool, turn.expected_args),),
        decided=True,
        succeeds=turn.expect_success,
        category=turn.failure_category,
        reply=turn.expected_response.text if turn.expected_response else "",
    )


def _texts(row: JsonObject) -> Iterator[str]:
    return (
        value
        for key, value in leaves(row)
        if isinstance(value, str) and key not in ENUM_COLUMNS and not key.endswith("_id")
    )
