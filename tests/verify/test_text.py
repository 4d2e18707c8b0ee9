"""Which spellings a grader does not tell apart, and where a phrase ends."""

from __future__ import annotations

import pytest

from atlas.verify.text import code, is_code, plain, spans, without, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026\u201104\u201117", "2026-04-17"),
        ("48\u202f500 and 1\u00a0234\u00a0567", "48,500 and 1,234,567"),
        ("**Dana** `q1.pdf` _new_ __x__", "Dana q1.pdf new x"),
        ("snake_case stays", "snake_case stays"),
        ("\u201cAcme\u201d O\u2019Brien", '"Acme" O\'Brien'),
        ("Acme\u2014$500", "Acme - $500"),
        ("\\$500", "$500"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Closed-Won", "closed  won"),
        ("Smith & Sons", "smith and\nsons"),
        ("Smith&Sons", "Smith and Sons"),
        ("'Dana Whitfield'", 'Dana "Whitfield"'),
        ("STRASSE", "straße"),
    ],
)
def test_words_are_the_same(left: str, right: str) -> None:
    assert words(left) == words(right)


def test_an_apostrophe_inside_a_word_stays() -> None:
    assert words("O'Brien's") == "o'brien's"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("jane@x.com", True), ("report.pdf", True), ("v2", True), ("Closed-Won", False), ("Dana Whitfield", False)],
)
def test_is_code(value: str, expected: bool) -> None:
    assert is_code(value) is expected


def test_code_keeps_hyphens() -> None:
    assert code(" Q-1\n x ") == "q-1 x"


def test_spans_are_whole_words() -> None:
    assert spans("west, westbrook, north west's", "west") == [(0, 4), (23, 27)]
    assert spans("xwest", "west") == []


def test_joiners_hold_a_token_together_but_end_a_sentence() -> None:
    assert spans("see a.pdf. my-a.pdf a.pdf-old a.pdf", "a.pdf", "-.") == [(4, 9), (30, 35)]


def test_nothing_is_found_for_an_empty_phrase() -> None:
    assert spans("- -", "") == []


def test_blanking_keeps_the_length_even_where_places_overlap() -> None:
    assert without("0123456789", [(6, 8), (1, 4), (3, 5)]) == "0    5  89"
