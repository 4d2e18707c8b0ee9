"""Conversations: the row format, what contradicts itself, and its bytes."""

from __future__ import annotations

import pytest

from atlas.core.json import JsonObject, JsonValue, dumps
from atlas.core.tasks import ExpectedCall
from atlas.datasets.conversation import conversation_line, parse_conversation
from atlas.errors import DatasetError
from tests.datasets.samples import DEAL, bent, conversation, failing_turn, turn, without


def wrong(row: JsonObject) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        parse_conversation(dumps(row), path="f.jsonl", line=4)
    assert (str(caught.value.path), caught.value.line) == ("f.jsonl", 4)
    return caught.value


def refusing() -> JsonObject:
    row = bent(conversation(), "turns", [turn(1), failing_turn(2)])
    return {**row, "contains_failure": True, "failure_turn": 2}


def test_a_row_survives_the_round_trip_byte_for_byte() -> None:
    line = conversation_line(parse_conversation(dumps(conversation()), path="f", line=1))
    assert line == dumps(conversation()) + "\n"
    assert conversation_line(parse_conversation(line, path="f", line=1)) == line


def test_bytes_are_read_like_text() -> None:
    text = dumps(conversation())
    assert parse_conversation(text.encode(), path="f", line=1) == parse_conversation(text, path="f", line=1)


def test_cumulative_context_may_be_left_out() -> None:
    row = without(conversation(), "cumulative_context")
    assert parse_conversation(dumps(row), path="f", line=1).cumulative_context == {}


def test_calls_are_the_supporting_ones_and_then_the_deciding_one() -> None:
    search = {"tool": "client_search", "arguments": {"name": "Acme"}}
    row = parse_conversation(dumps(bent(conversation(), "turns.0.supporting_calls", [search])), path="f", line=1)
    first, last = row.turns[0].calls
    assert first == ExpectedCall("client_search", {"name": "Acme"})
    assert last == ExpectedCall("modify_opportunity", {"opportunity_id": DEAL, "stage": "Proposal"})


def test_a_turn_without_a_deciding_call_has_only_supporting_ones() -> None:
    row = parse_conversation(dumps(bent(conversation(), "turns.0.expected_tool", None)), path="f", line=1)
    assert row.turns[0].calls == ()


def test_a_refusing_row_parses() -> None:
    assert parse_conversation(dumps(refusing()), path="f", line=1).failure_turn == 2


@pytest.mark.parametrize(
    "key", sorted(set(conversation()) - {"cumulative_context"}) + [f"turns.0.{key}" for key in sorted(turn())]
)
def test_every_key_is_required(key: str) -> None:
    error = wrong(without(conversation(), key))
    assert error.key is not None
    # The converter counts list items as "...", so the last part is what must be exact.
    assert error.key.split(".")[-1] == key.split(".")[-1]
    assert error.reason == "missing key, add it"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("split", "validation"),
        ("complexity_level", "hard"),
        ("success_criteria", "some"),
        ("verification_mode", "guess"),
        ("contains_failure", "no"),
        ("turns", {}),
        ("turns.0.turn_id", "1"),
        ("turns.0.expected_args", []),
        ("turns.0.expected_response.evaluation", "maybe"),
        ("turns.0.expected_response.facts", [{"kind": "colour", "value": "red"}]),
    ],
)
def test_a_wrong_type_or_choice_is_placed(key: str, value: JsonValue) -> None:
    error = wrong(bent(conversation(), key, value))
    assert error.key is not None
    assert error.key.startswith(key)


@pytest.mark.parametrize("key", ["familly", "turns.0.hint", "turns.0.expected_response.tone"])
def test_unknown_keys_are_refused(key: str) -> None:
    error = wrong(bent(conversation(), key, 1))
    assert (error.key, error.reason) == (key, "unknown key, remove it")


@pytest.mark.parametrize(
    ("row", "key", "reason"),
    [
        (bent(conversation(), "turns", []), "turns", "at least one turn"),
        (bent(conversation(), "complexity_level", "medium"), "complexity_level", "4 to 6 turns, there are 1"),
        (bent(conversation(), "turns", [turn(n) for n in range(1, 5)]), "complexity_level", "1 to 3"),
        (bent(conversation(), "contains_failure", True), "contains_failure", "failing turns are []"),
        (bent(refusing(), "contains_failure", False), "contains_failure", "failing turns are [2]"),
        (bent(refusing(), "failure_turn", 1), "failure_turn", "failing turns are [2]"),
        (bent(conversation(), "turns.0.turn_id", 2), "turns.0.turn_id", "expected 1, got 2"),
        (bent(conversation(), "turns.0.user_utterance", " \n"), "turns.0.user_utterance", "is blank"),
        (bent(conversation(), "turns.0.failure_category", "x"), "turns.0.failure_category", "must fail"),
        (bent(refusing(), "turns.1.failure_category", None), "turns.1.failure_category", "must fail"),
        (
            bent(refusing(), "turns.1.expected_response.refusal_facts", []),
            "turns.1.expected_response.refusal_facts",
            "needs reasons",
        ),
        (
            bent(conversation(), "turns.0.expected_args.stage", "{{turn_1.stage}}"),
            "turns.0.expected_args",
            "not an earlier turn",
        ),
        (
            bent(refusing(), "turns.1.expected_args.stage", "{{turn_0.stage}}"),
            "turns.1.expected_args",
            "not an earlier turn",
        ),
    ],
)
def test_contradictions_are_found(row: JsonObject, key: str, reason: str) -> None:
    error = wrong(row)
    assert error.key == key
    assert reason in error.reason


def test_a_segment_of_a_chain_may_have_any_number_of_turns() -> None:
    row = bent(conversation(), "complexity_level", "complex")
    assert parse_conversation(dumps(row | {"chain_id": "k"}), path="f", line=1).chain_id == "k"


def test_an_earlier_turn_may_be_referred_to() -> None:
    row = bent(refusing(), "turns.1.expected_args.opportunity_id", "{{turn_1.opportunity_id}}")
    assert parse_conversation(dumps(row), path="f", line=1).turns[1].turn_id == 2
