"""A subject: rows of both formats in one form."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from atlas.datasets.audit.subject import leaves, read_subjects
from atlas.errors import DatasetError
from tests.datasets.audit.making import current, old, says, talk
from tests.datasets.samples import AS_OF, DEAL, bent, conversation, lines_of, older


def test_both_formats_may_stand_in_one_file_and_broken_lines_are_named(tmp_path: Path) -> None:
    path = lines_of(tmp_path / "f.jsonl", conversation(), "nope", older(), bent(older("x"), "surprise", 1))
    subjects, unreadable = read_subjects(path)
    assert [(row.line, row.as_of, row.split) for row in subjects] == [(1, AS_OF, "test"), (3, None, None)]
    assert [line.line for line in unreadable] == [2, 4]
    assert unreadable[1].reason == "surprise: unknown key, remove it"


def test_a_file_without_any_conversation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no line is a conversation; the first: not a JSON object"):
        read_subjects(lines_of(tmp_path / "f.jsonl", "nope"))


def test_formats_meet_in_the_same_terms() -> None:
    for row in (current(), old()):
        turn = row.turns[0]
        assert (turn.said, turn.succeeds) == ("Move the Pilot deal to Proposal.", True)
        assert turn.deciding is not None
        assert turn.deciding.arguments == {"opportunity_id": DEAL, "stage": "Proposal"}
        assert row.names() == {"Acme Foods", "info@acme.com", "Pilot"}
    assert current().today == date(2026, 3, 2)
    assert old().today == date(2025, 11, 12)


def test_a_turn_without_a_call_has_no_deciding_one() -> None:
    quiet = current(("turns.0.expected_tool", None), ("turns.0.expected_args", {}))
    assert quiet.turns[0].deciding is None


def test_what_was_said_until_a_turn() -> None:
    assert talk(says("a"), says("b"), says("c")).said_until(2) == ("a", "b")


def test_who_paraphrased_a_row() -> None:
    assert current().paraphrased_by is None
    assert current(("cumulative_context", {"paraphrased_by": "m"})).paraphrased_by == "m"


def test_leaves_go_by_their_innermost_key() -> None:
    assert list(leaves({"a": {"b": 1}, "c": [2, {"d": 3}]})) == [("b", 1), ("c", 2), ("d", 3)]
