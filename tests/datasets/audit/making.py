"""Rows under audit, made from the sample rows by bending one key at a time."""

from __future__ import annotations

from pathlib import Path

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.datasets.audit.finding import Check, Surroundings
from atlas.datasets.audit.subject import Subject, older_subject, read_subjects, subject_of
from atlas.datasets.conversation import Conversation, parse_conversation
from atlas.datasets.older_format import OlderConversation
from atlas.datasets.rows import parse_row
from tests.datasets.samples import SPECS, bent, conversation, older, orders, turn

SURROUNDINGS = Surroundings({spec.name: spec for spec in SPECS}, orders)


def current(*changes: tuple[str, JsonValue], name: str = "c-1", line: int = 1) -> Subject:
    """A right row of the current format with the given keys replaced."""
    row = conversation(name)
    for key, value in changes:
        row = bent(row, key, value)
    return parsed(row, line)


def old(*changes: tuple[str, JsonValue], name: str = "o-1", line: int = 1) -> Subject:
    """A right row of the older format with the given keys replaced."""
    row = older(name)
    for key, value in changes:
        row = bent(row, key, value)
    return older_subject(parse_row(OlderConversation, dumps(row), "f", line), line)


def parsed(row: JsonObject, line: int = 1) -> Subject:
    return subject_of(conversation_of(row), line)


def conversation_of(row: JsonObject) -> Conversation:
    return parse_conversation(dumps(row), path="f", line=1)


def talk(*turns: JsonObject, name: str = "c-1", line: int = 1) -> Subject:
    """A row with these turns, numbered."""
    numbered = [bent(each, "turn_id", number) for number, each in enumerate(turns, start=1)]
    failing = [each["turn_id"] for each in numbered if not each["expect_success"]]
    failure = failing[0] if failing else None
    keys = (("turns", numbered), ("contains_failure", bool(failing)), ("failure_turn", failure))
    return current(*keys, name=name, line=line)


def says(text: str, tool: str = "client_search", **arguments: JsonValue) -> JsonObject:
    """A turn in which the user says `text` and one call is expected."""
    row = bent(bent(turn(), "user_utterance", text), "expected_tool", tool)
    return bent(row, "expected_args", arguments or {"name": "Acme Foods"})


def spots(check: Check, *subjects: Subject) -> list[tuple[int, int | None, str]]:
    """What a check finds in rows."""
    return [(found.line, found.turn, found.sentence) for found in check.findings(subjects, SURROUNDINGS)]


def of_file(path: Path) -> list[Subject]:
    return read_subjects(path)[0]
