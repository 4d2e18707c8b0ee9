"""Texts made ready for cues."""

from __future__ import annotations

import pytest

from atlas.learning.passage import MAX_TEXT, joined, passage, phrase


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Close the DEAL", " close the deal "),
        ("close-date, (soon)", " close date soon "),
        ("Close. Date", " close . date "),
        ("Café Müller", " cafe muller "),
        ("Straße", " strasse "),
        ("", "  "),
    ],
)
def test_words(text: str, words: str) -> None:
    assert phrase(text) == words


def test_narrow_text_has_one_byte_a_character() -> None:
    text = passage("報価 é 🎉!")
    assert len(text.narrow) == 7
    assert text.narrow.endswith(b"!")
    assert "報価 e 🎉!".encode() == text.utf8


def test_a_long_text_keeps_both_ends() -> None:
    text = passage("zebra " + "x " * MAX_TEXT + "lion")
    assert len(text.narrow) == MAX_TEXT
    assert text.narrow.startswith(b"zebra")
    assert text.narrow.endswith(b"lion")


def test_lone_surrogates_do_no_harm() -> None:
    assert passage("a \ud800 b").words == " a b "


def test_no_phrase_reaches_over_a_join() -> None:
    whole = joined([passage("please close"), passage("date it")])
    assert phrase("close date") not in whole.words
    assert phrase("date it") in whole.words
