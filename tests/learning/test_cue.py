"""Cues of every type through one door."""

from __future__ import annotations

import pytest

from atlas.core.playbook import Cue, CueType
from atlas.learning.cue import detector, matches
from atlas.learning.passage import MAX_TEXT
from atlas.learning.pattern import MAX_PATTERN
from tests.learning.making import cue


@pytest.mark.parametrize(
    ("kind", "pattern", "text", "hit"),
    [
        ("regex", r"clos(e|ing) date", "The Closing Date", True),
        ("keyword", "close date", "Set the Close Date.", True),
        ("keyword", "close", "enclosed", False),
        ("keyword", "close date", "close the date", False),
        ("keyword", "e-mail", "her E-Mail address", True),
        ("keyword", "a.*b", "axxb", False),
        ("predicate", "close AND NOT reopen", "close it", True),
        ("regex", "", "text", None),
        ("keyword", "  ", "text", None),
        ("keyword", "!!", "text!!", None),
        ("predicate", "AND", "text", None),
        ("regex", "x" * (MAX_PATTERN + 1), "text", None),
    ],
)
def test_matches(kind: CueType, pattern: str, text: str, hit: bool | None) -> None:
    if hit is None:
        with pytest.raises(ValueError, match=r"blank|word|characters"):
            matches(cue(pattern, kind), text)
    else:
        assert matches(cue(pattern, kind), text) is hit


def test_the_end_of_a_very_long_message_is_searched() -> None:
    assert matches(cue("zebra"), "x " * MAX_TEXT + "find the zebra")


def test_a_cue_is_compiled_once() -> None:
    assert detector(Cue("regex", r"\bonce\b")) is detector(Cue("regex", r"\bonce\b"))
