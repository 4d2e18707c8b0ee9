"""The text of an entry."""

from __future__ import annotations

import pytest

from atlas.core.playbook import CueType
from atlas.learning.prose import length, plain_pattern, prose
from tests.learning.making import cue, make_entry


def test_everything_an_entry_says_is_in_it() -> None:
    entry = make_entry(
        "P", description="D", imperative="I", effect="E", constraints="C", applies_when="A", arguments={"k": "V"}
    )
    assert prose(entry) == 'D\nI\nE\nC\nA\n{"k":"V"}'
    assert length(entry) == len(prose(entry)) + 1


@pytest.mark.parametrize(
    ("kind", "source", "plain"),
    [
        ("regex", r"\bacme\s+corp\b", " acme +corp "),
        ("regex", r"INC\-12345", "INC-12345"),
        ("regex", r"dana@northwind\.com", "dana@northwind.com"),
        ("keyword", r"\bacme", r"\bacme"),
    ],
)
def test_plain_pattern(kind: CueType, source: str, plain: str) -> None:
    assert plain_pattern(cue(source, kind)) == plain
